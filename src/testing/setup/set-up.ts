import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import picomatch from "picomatch";
import { bytePath } from "../sync/manifest.ts";
import { keptFile } from "../sync/host/kept-folders.ts";
import { detectSteps } from "./detect-steps.ts";
import { Aside, isThere, linkOutputs } from "./installed.ts";
import { runStep, versionOf } from "./run-step.ts";
import { type ConfiguredStep, defaultTimeoutMs, type SetupStep } from "./step.ts";

export interface SetupRequest {
  /** Slots of one workspace; absolute. */
  folders: readonly string[];
  /** All files of the tree, relative to its root, with `/`. */
  files: readonly string[];
  /** Undefined: detected. */
  steps?: readonly ConfiguredStep[];
  /** Whole environment. */
  env: Readonly<Record<string, string>>;
  /** Called as steps begin. */
  readonly onStep?: (name: string) => void;
}

export interface SetupOutcome {
  failures: SetupFailure[];
  /** For each folder: the environment with what the steps add. */
  env: Record<string, string>[];
  /** Steps that were really run. */
  ran: number;
}

export interface SetupFailure {
  step: string;
  /** Below the root; what is not below it may run nevertheless. */
  folder: string;
  message: string;
  output: string;
}

/** What was done in a slot: step name → key and outputs. */
type Done = Record<string, { key: string; outputs: string[] }>;

/**
 * Makes slots ready for tests. A step is done once for a lock file, system, architecture and versions of runtime and
 * package manager; what it made stays in the slot, goes aside while another lock file is there, and is shared with the
 * other slots. A step that fails is told with its output and tried again next time.
 */
export async function setUp(request: SetupRequest, signal: AbortSignal): Promise<SetupOutcome> {
  const { folders, files, env } = request;
  const [first] = folders;
  if (first === undefined) return { failures: [], env: [], ran: 0 };
  const steps =
    request.steps?.map((step) => configured(step, files)) ??
    detectSteps({ files, read: (file) => textOf(first, file) });
  const aside = new Aside(path.dirname(first));
  const done = folders.map(readDone);
  const failures: SetupFailure[] = [];
  let ran = 0;

  for (const step of steps) {
    const key = await keyOf(step, first, env);
    let donor: string | undefined;
    for (const [at, root] of folders.entries()) {
      if (isBrought(step, root, files)) continue;
      const before = step.always ? undefined : done[at]![step.name];
      const own = step.movable ? key : `${key}-${path.basename(root)}`;
      if (before?.key === own && before.outputs.every((output) => isThere(path.join(root, output)))) {
        donor ??= root;
        continue;
      }
      if (before !== undefined) aside.put(before.key, root, before.outputs);
      delete done[at]![step.name];
      if (step.movable && donor !== undefined) linkOutputs(donor, root, step.outputs);
      else if (!(step.outputs.length > 0 && aside.take(own, root, step.outputs))) {
        request.onStep?.(step.name);
        ran++;
        const { ok, message, output } = await runStep(step, root, withAdditions(env, [step], root), signal);
        if (!ok) {
          failures.push({ step: step.name, folder: step.folder, message, output });
          saveDone(root, done[at]!);
          break;
        }
      }
      done[at]![step.name] = {
        key: own,
        outputs: step.outputs.filter((output) => isThere(path.join(root, output))),
      };
      saveDone(root, done[at]!);
      donor ??= root;
    }
  }
  dropOthers(folders, done, steps, aside);
  return { failures, env: folders.map((root) => withAdditions(env, steps, root)), ran };
}

/**
 * The tree itself has what the step would make: a link to packages that lie elsewhere. Installing in its place would only
 * make the next sync put the link back.
 */
function isBrought({ outputs, always, folder }: SetupStep, root: string, files: readonly string[]): boolean {
  // Packages below may have outputs of their own, or none.
  const own = outputs.filter((output) => path.posix.join(folder, path.posix.basename(output)) === output);
  if (always || own.length === 0) return false;
  return own.every((output) => files.includes(output) && existsSync(path.join(root, output)));
}

/** Steps that are not there any more leave nothing in the tree. */
function dropOthers(
  folders: readonly string[],
  done: readonly Done[],
  steps: readonly SetupStep[],
  aside: Aside,
): void {
  const names = new Set(steps.map(({ name }) => name));
  for (const [at, root] of folders.entries()) {
    const gone = Object.entries(done[at]!).filter(([name]) => !names.has(name));
    for (const [name, { key, outputs }] of gone) {
      aside.put(key, root, outputs);
      delete done[at]![name];
    }
    if (gone.length > 0) saveDone(root, done[at]!);
  }
}

function configured(step: ConfiguredStep, files: readonly string[]): SetupStep {
  const { run, name = run, folder = "", inputs = [], outputs = [], timeoutMs = defaultTimeoutMs } = step;
  const matches = inputs.length === 0 ? () => false : picomatch(inputs, { dot: true });
  return {
    name,
    folder: folder.replace(/^\.?\/+|\/+$/g, ""),
    command: { shell: run },
    inputs: files.filter((file) => matches(file)),
    outputs: outputs.filter((output) => !output.split("/").includes("..") && !path.isAbsolute(output)),
    versions: [],
    movable: false,
    // Nobody said what it depends on.
    always: inputs.length === 0,
    env: {},
    path: [],
    timeoutMs,
  };
}

async function keyOf(step: SetupStep, root: string, env: Readonly<Record<string, string>>): Promise<string> {
  const hash = createHash("sha256");
  hash.update(
    JSON.stringify([process.platform, process.arch, step.name, step.folder, step.command, step.outputs]),
  );
  for (const version of await Promise.all(step.versions.map((each) => versionOf(each, root, env))))
    hash.update(`${version}\0`);
  for (const file of step.inputs)
    hash
      .update(`${file}\0`)
      .update(textOf(root, file) ?? "")
      .update("\0");
  return hash.digest("hex").slice(0, 32);
}

function withAdditions(
  env: Readonly<Record<string, string>>,
  steps: readonly SetupStep[],
  root: string,
): Record<string, string> {
  const all: Record<string, string> = { ...env };
  for (const step of steps) {
    for (const [name, value] of Object.entries(step.env)) all[name] = value.replaceAll("{root}", root);
  }
  const folders = steps.flatMap((step) => step.path.map((folder) => path.join(root, folder)));
  const name = Object.keys(all).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  if (folders.length > 0) all[name] = [...folders, all[name] ?? ""].join(path.delimiter);
  return all;
}

function doneFile(root: string): string {
  return `${root}.setup.json`;
}

function readDone(root: string): Done {
  try {
    return JSON.parse(readFileSync(doneFile(root), "utf8")) as Done;
  } catch {
    return {};
  }
}

/** Also tells the next sync what to leave alone. */
function saveDone(root: string, done: Done): void {
  const kept = Object.values(done).flatMap(({ outputs }) => outputs.map(bytePath));
  replace(keptFile(root), JSON.stringify(kept));
  replace(doneFile(root), JSON.stringify(done));
}

function replace(file: string, content: string): void {
  writeFileSync(`${file}.tmp`, content, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

function textOf(root: string, file: string): string | undefined {
  try {
    return readFileSync(path.join(root, file), "utf8");
  } catch {
    return undefined;
  }
}
