import picomatch from "picomatch";
import { driverWith } from "../common/driver-files.ts";
import { DriverSession } from "../common/driver-session.ts";
import { readManifest, testScripts } from "../common/manifest.ts";
import { inspectable, nodeStacks } from "../common/node-stacks.ts";
import { nodeProgram } from "../common/programs.ts";
import { exactPattern, quoteCommand } from "../common/quote.ts";
import { inProject, unitOf } from "../common/unit-paths.ts";
import type { ProjectFolder, Runner, RunnerContext } from "../runner.ts";
import { type NodeTestScript, readNodeTestScript } from "./script.ts";

const name = "node:test";

/** What `node --test` looks for. https://nodejs.org/api/test.html#running-tests-from-the-command-line */
const ownPatterns = [
  "**/*.test.{js,cjs,mjs,ts,cts,mts}",
  "**/*-test.{js,cjs,mjs,ts,cts,mts}",
  "**/*_test.{js,cjs,mjs,ts,cts,mts}",
  "**/test-*.{js,cjs,mjs,ts,cts,mts}",
  "**/test.{js,cjs,mjs,ts,cts,mts}",
  "**/test/**/*.{js,cjs,mjs,ts,cts,mts}",
];

const importsRunner = /(?:from|import|require)\s*\(?\s*["']node:test["']/;

/**
 * Node's own runner. A project uses it if a script says `node --test`: then what that command would run is run. Else,
 * if files that it would find import `node:test`: then these.
 */
export const nodeTest: Runner = {
  name,
  detect(project) {
    const script = scriptOf(project);
    const files = script === undefined ? importingFiles(project) : scriptFiles(project, script);
    const [first] = files;
    if (first === undefined) return undefined;
    return {
      runner: name,
      project: project.path,
      because:
        script === undefined ? `${first} imports node:test` : "node --test in a script of package.json",
      tools: [
        {
          name: "node",
          check: { program: "node", args: ["--version"] },
          hint: "install Node.js 20 or newer: https://nodejs.org",
        },
      ],
    };
  },
  // Its patterns reach below, into packages too.
  covers: (outer) => scriptOf(outer) !== undefined,
  alone: (project) => scriptOf(project) !== undefined,
  async list({ project }) {
    const script = scriptOf(project);
    const files = script === undefined ? importingFiles(project) : scriptFiles(project, script);
    return files.map((file) =>
      unitOf(name, project, file, { bytes: Buffer.byteLength(project.read(file) ?? "") }),
    );
  },
  async start(context) {
    return new DriverSession(driverFor(context), context);
  },
  coverage: () => [],
  reproduce(test, unit) {
    return quoteCommand([
      "node",
      "--test",
      // Node takes the pattern for the names from the outermost suite to the test, with spaces between.
      ...(test === undefined ? [] : [`--test-name-pattern=${exactPattern(test.title.join(" "))}`]),
      inProject({ path: unit.project }, unit.file),
    ]);
  },
};

function driverFor(context: RunnerContext) {
  const main = driverWith(context.scratch, "node-test/driver.mjs", "common/channel.mjs");
  const flags = [...(scriptOf(context.project)?.flags ?? []), ...inspectable, ...context.args];
  return {
    name,
    program: nodeProgram(context.env),
    args: [...flags, main],
    env:
      context.coverage === undefined ? context.env : { ...context.env, NODE_V8_COVERAGE: context.coverage },
    dump: nodeStacks,
  };
}

function scriptOf(project: ProjectFolder): NodeTestScript | undefined {
  const manifest = readManifest(project);
  if (manifest === undefined) return undefined;
  return testScripts(manifest)
    .map(readNodeTestScript)
    .find((script) => script !== undefined);
}

function scriptFiles(project: ProjectFolder, { patterns }: NodeTestScript): string[] {
  const plain = patterns.map((pattern) => pattern.replace(/^\.\//, ""));
  // Node up to 20 takes a folder and looks below it.
  const folders = plain
    .map((pattern) => pattern.replace(/\/+$/, ""))
    .filter((folder) => isFolder(project, folder));
  const globs = plain.length === 0 ? ownPatterns : plain;
  const matches = picomatch(globs);
  const below = picomatch(ownPatterns.slice(0, -1));
  return testable(project).filter(
    (file) => matches(file) || (folders.some((folder) => file.startsWith(`${folder}/`)) && below(file)),
  );
}

function isFolder(project: ProjectFolder, name: string): boolean {
  return project.files.some((file) => file.startsWith(`${name}/`));
}

function importingFiles(project: ProjectFolder): string[] {
  const matches = picomatch(ownPatterns);
  return testable(project).filter((file) => matches(file) && importsRunner.test(project.read(file) ?? ""));
}

function testable(project: ProjectFolder): string[] {
  return project.files.filter((file) => !/(?:^|\/)node_modules\//.test(file)).toSorted();
}
