/** Flags of the test binary, which wants them with `-test.`; all others are for the build. */
const ofRun = new Set(
  "bench benchmem benchtime blockprofile blockprofilerate count cpu cpuprofile failfast fuzz fuzztime list memprofile mutexprofile parallel run short shuffle skip timeout trace v".split(
    " ",
  ),
);

/** Sorts arguments of `go test` into those of the build and those of the run. `vet`: false after `-vet=off`. */
export function readGoArguments(args: readonly string[]): { build: string[]; run: string[]; vet: boolean } {
  const build: string[] = [];
  const run: string[] = [];
  let vet = true;
  for (const argument of args) {
    const name = /^-{1,2}([\w.]+)/.exec(argument)?.[1];
    // `go list` and `go test -c` do not know it.
    if (name === "vet") vet = !argument.endsWith("=off");
    else if (name !== undefined && ofRun.has(name)) run.push(argument.replace(/^-{1,2}/, "-test."));
    else build.push(argument);
  }
  return { build, run, vet };
}
