/**
 * The checks that `go test` makes before it runs a package, by the minor version of Go. https://pkg.go.dev/cmd/go, "go test
 * runs go vet"; `-directive` came with 1.21, `-tests` with 1.23.
 */
export function vetArguments(minor: number): string[] {
  const checks = [
    "atomic",
    "bool",
    "buildtags",
    "errorsas",
    "ifaceassert",
    "nilfunc",
    "printf",
    "stringintconv",
  ];
  if (minor >= 21) checks.push("directive");
  if (minor >= 23) checks.push("tests");
  return checks.map((check) => `-${check}`);
}
