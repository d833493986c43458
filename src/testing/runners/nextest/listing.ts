import * as v from "valibot";

const testcase = v.object({
  ignored: v.boolean(),
  "filter-match": v.optional(v.object({ status: v.string(), reason: v.optional(v.string()) })),
});

const listing = v.object({
  "rust-suites": v.record(
    v.string(),
    v.object({
      "package-name": v.string(),
      "binary-id": v.string(),
      "binary-name": v.string(),
      kind: v.string(),
      cwd: v.string(),
      testcases: v.optional(v.record(v.string(), testcase), {}),
    }),
  ),
});

const metadata = v.object({
  packages: v.array(
    v.object({
      name: v.string(),
      targets: v.array(v.object({ name: v.string(), kind: v.array(v.string()), src_path: v.string() })),
    }),
  ),
});

/** A test binary and what nextest would run of it. */
export interface NextestSuite {
  /** `package`, `package::test`, `package::bin/tool`. */
  id: string;
  packageName: string;
  binaryName: string;
  kind: string;
  /** Folder of its package, absolute. */
  folder: string;
  tests: string[];
  /** `#[ignore]`: nextest tells each of them with every part of its binary. */
  ignored: string[];
}

/**
 * Reads `cargo nextest list --message-format json`; undefined if it is something else. What the project's default filter
 * leaves out is not in it. https://nexte.st/docs/machine-readable/list
 */
export function readListing(text: string): NextestSuite[] | undefined {
  const read = v.safeParse(listing, parse(text));
  if (!read.success) return undefined;
  return Object.values(read.output["rust-suites"]).map((suite) => {
    const cases = Object.entries(suite.testcases);
    const names = (wanted: (found: v.InferOutput<typeof testcase>) => boolean): string[] =>
      cases.flatMap(([name, found]) => (wanted(found) ? [name] : []));
    return {
      id: suite["binary-id"],
      packageName: suite["package-name"],
      binaryName: suite["binary-name"],
      kind: suite.kind,
      folder: suite.cwd,
      tests: names((each) => !each.ignored && each["filter-match"]?.status !== "mismatch"),
      ignored: names((each) => each.ignored && each["filter-match"]?.reason !== "default-filter"),
    };
  });
}

/** Where the source of a suite lies, by `cargo metadata`: absolute, undefined where it is not known. */
export function sourcesOf(text: string): (suite: NextestSuite) => string | undefined {
  const read = v.safeParse(metadata, parse(text));
  const packages = read.success ? read.output.packages : [];
  return ({ packageName, binaryName, kind }) =>
    packages
      .find(({ name }) => name === packageName)
      ?.targets.find((target) => plain(target.name) === plain(binaryName) && isKind(target.kind, kind))
      ?.src_path;
}

/** Cargo calls a library by the kinds of its artifacts. */
function isKind(kinds: readonly string[], kind: string): boolean {
  return kinds.includes(kind) || (kind === "lib" && kinds.some((each) => each.endsWith("lib")));
}

/** A library's name in code has no dashes. */
function plain(name: string): string {
  return name.replaceAll("-", "_");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
