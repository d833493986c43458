import * as v from "valibot";
import type { ProjectFolder } from "../runner.ts";

const strings = v.record(v.string(), v.unknown());
const schema = v.object({
  scripts: v.optional(strings, {}),
  dependencies: v.optional(strings, {}),
  devDependencies: v.optional(strings, {}),
  peerDependencies: v.optional(strings, {}),
  optionalDependencies: v.optional(strings, {}),
});

/** What of a `package.json` tells how a project is tested. */
export interface Manifest {
  scripts: ReadonlyMap<string, string>;
  /** Names of all packages it depends on. */
  packages: ReadonlySet<string>;
  /** The whole file, for the configuration that runners keep in it. */
  whole: Readonly<Record<string, unknown>>;
}

/** Undefined if there is none, or none that can be read. */
export function readManifest(project: ProjectFolder): Manifest | undefined {
  const text = project.read("package.json");
  if (text === undefined) return undefined;
  let whole: unknown;
  try {
    whole = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
  const read = v.safeParse(schema, whole);
  if (!read.success) return undefined;
  const { scripts, ...groups } = read.output;
  return {
    scripts: new Map(Object.entries(scripts).map(([name, command]) => [name, String(command)])),
    packages: new Set(Object.values(groups).flatMap((group) => Object.keys(group))),
    whole: whole as Record<string, unknown>,
  };
}

/** The scripts that run tests: `test`, `test:unit`, `unit-test`. */
export function testScripts(manifest: Manifest): string[] {
  return [...manifest.scripts]
    .filter(([name]) => /(?:^|[:\-_])tests?(?:$|[:\-_])/.test(name))
    .map(([, text]) => text);
}

/** First of these files that the project's own folder has. */
export function configFile(project: ProjectFolder, pattern: RegExp): string | undefined {
  return project.files.find((file) => !file.includes("/") && pattern.test(file));
}

/** Scripts that have each package run its own tests. */
const delegates =
  /\b(?:turbo|nx|lerna|moon|wireit|rush|ultra)\b|\b(?:pnpm|npm|yarn)\b.*(?:\s-r\b|\s--recursive\b|\s-ws?\b|\s--workspaces?\b|\bworkspaces?\b|\s--filter\b)/;

/**
 * Whether a runner at an outer folder runs the tests of packages below it: it has a configuration or a script of its own
 * there, and no script leaves testing to the packages.
 */
export function coversPackages(
  project: ProjectFolder,
  config: RegExp,
  runs: (script: string) => boolean,
): boolean {
  const manifest = readManifest(project);
  const scripts = manifest === undefined ? [] : testScripts(manifest);
  if (scripts.some(runs)) return true;
  return !scripts.some((script) => delegates.test(script)) && configFile(project, config) !== undefined;
}
