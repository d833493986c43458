import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { blobPath } from "#protocol";
import type { TestUnit } from "../model.ts";
import { detectAll, projectFolder, unknownRunnerHelp } from "../runners/index.ts";
import type { ProjectFolder, Runner } from "../runners/runner.ts";
import { type SetupFailure, type SetupOutcome, setUp } from "../setup/set-up.ts";
import { HostTrees } from "../sync/host/trees.ts";
import { Artifacts } from "./artifacts.ts";
import { missingTools } from "./missing-tools.ts";
import { ownEnvironment } from "./own-environment.ts";
import { claimPorts, type ClaimedPorts } from "./ports.ts";
import { Slot, type SlotPort } from "./slot.ts";
import { startWarden, type Warden } from "./warden.ts";
import type {
  CollectedFile,
  HostRequest,
  OpenedProjects,
  OpenRequest,
  TreeRequest,
  WireEvent,
} from "./wire.ts";

/** Of a file that is fetched, in one answer. */
const partBytes = 3_000_000;

/** All that this host knows of a run: its tree, the projects in it, and the slots that work on them. */
export class HostTests {
  readonly #waiting: ((slot: Slot) => void)[] = [];
  readonly #projects = new Map<string, Runner>();
  #free: Slot[] = [];
  #slots: Slot[] = [];
  readonly #trees: HostTrees;
  /** Trees whose slots are ours as long as we live. */
  readonly #held = new Set<string>();
  #files: readonly string[] = [];
  #open: OpenRequest | undefined;
  #artifacts: Artifacts | undefined;
  #collected: { file: string; what: CollectedFile }[] = [];
  #scratch: string | undefined;
  #warden: Warden | undefined;
  #ports: ClaimedPorts[] = [];

  /** @param home the agent's folder */
  constructor(home: string) {
    this.#trees = new HostTrees({ home, blobFile: (sha) => path.join(home, "blobs", blobPath(sha)) });
  }

  async answer(
    request: Exclude<HostRequest, { type: "cancel" }>,
    bytes: Uint8Array,
    signal: AbortSignal,
    emit: (event: WireEvent) => void,
  ): Promise<unknown> {
    switch (request.type) {
      case "open":
        return this.#openTree(request, signal);
      case "list": {
        const runner = this.#runner(request.project, request.runner);
        const units = await this.#withSlot(signal, (slot) => slot.list(runner, request.project, signal));
        return { units };
      }
      case "split": {
        const { unit, parts, times } = request;
        const runner = this.#runner(unit.project, unit.runner);
        const units = await this.#withSlot(signal, (slot) => slot.split(runner, unit, parts, signal, times));
        return { units };
      }
      case "run":
        return this.#withSlot(signal, (slot) => this.#run(slot, request.units, emit, signal));
      case "tree":
        return this.#tree(request.request, bytes);
      case "collect":
        return this.#collect();
      case "fetch":
        return readPart(this.#collected[request.index]?.file, request.offset);
    }
  }

  /** Ends all runners: coverage is written when they end. */
  async #collect(): Promise<{ files: CollectedFile[] }> {
    await Promise.allSettled(this.#slots.map((slot) => slot.close()));
    const coverage = this.#slots.flatMap((slot) =>
      slot.coverage.flatMap(({ project, root, folder }) =>
        filesIn(folder).map((file) => ({
          file,
          what: { kind: "coverage" as const, project, root, name: path.basename(file) },
        })),
      ),
    );
    const artifacts = (this.#artifacts?.found ?? []).map(({ unit, name, file }) => ({
      file,
      what: { kind: "artifact" as const, unit, name },
    }));
    this.#collected = [...coverage, ...artifacts];
    return { files: this.#collected.map(({ what }) => what) };
  }

  async #tree(request: TreeRequest, bytes: Uint8Array): Promise<unknown> {
    switch (request.step) {
      case "open": {
        const opened = await this.#trees.open(request);
        this.#held.add(opened.tree);
        return opened;
      }
      case "unpack":
        return this.#trees.unpack(request, bytes);
      case "place":
        return this.#trees.place(request);
      case "finish":
        return this.#trees.finish(request);
      case "release":
        this.#held.delete(request.tree);
        return this.#trees.release(request);
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#slots.map((slot) => slot.close()));
    await Promise.allSettled([...this.#held].map((tree) => this.#trees.release({ tree })));
    for (const ports of this.#ports) ports.release();
    if (this.#scratch !== undefined) rmSync(this.#scratch, { recursive: true, force: true, maxRetries: 3 });
    this.#warden?.dismiss();
  }

  async #openTree(request: OpenRequest, signal: AbortSignal): Promise<OpenedProjects> {
    this.#open = request;
    const folders = request.folders.map((folder) => path.join(folder, ...request.below.split("/")));
    const [root] = folders;
    if (root === undefined) throw new Error("no folder to test in");
    this.#files = request.files.toSorted();
    this.#scratch = mkdtempSync(path.join(os.tmpdir(), "caelum-test-"));
    this.#warden = startWarden(this.#scratch, this.#trees.locks);
    this.#artifacts = new Artifacts(path.join(this.#scratch, "artifacts"), request.artifacts);
    const prepared = await this.#setUp(request, signal);
    this.#slots = await Promise.all(
      folders.map((folder, index) => this.#slot(folder, index, prepared.env[index] ?? {})),
    );
    this.#free = [...this.#slots];
    const tree = { folder: root, files: this.#files, generic: request.generic !== undefined };
    const found = detectAll(tree);
    const [first] = this.#slots;
    const projects = await Promise.all(
      found.map(async ({ detected, folder, runner }) => {
        const { project, because, tools } = detected;
        this.#projects.set(keyOf(project, runner.name), runner);
        const unprepared = failuresFor(path.posix.join(request.below, project), prepared.failures);
        const lacking = await missingTools(tools, folder.folder, first!.env);
        const missing = unprepared.length > 0 ? unprepared : lacking;
        const unmeasured = request.coverage ? await this.#unmeasured(runner, folder) : undefined;
        return {
          project,
          runner: runner.name,
          because,
          missing,
          ...(unmeasured === undefined ? {} : { unmeasured }),
        };
      }),
    );
    if (request.warm !== undefined) this.#warm(projects, request.warm, signal);
    return { projects, ...(found.length === 0 ? { unknown: unknownRunnerHelp(tree) } : {}) };
  }

  /** What it lacks to measure what the project's tests run. */
  async #unmeasured(
    runner: Runner,
    folder: ProjectFolder,
  ): Promise<OpenedProjects["projects"][number]["unmeasured"]> {
    if (runner.coverage === undefined) return "never";
    return missingTools(runner.coverage(folder), folder.folder, this.#slots[0]!.env);
  }

  /** Nobody waits for it: the work that needs these runners comes in a moment. */
  #warm(
    projects: OpenedProjects["projects"],
    { slots, kind }: NonNullable<OpenRequest["warm"]>,
    signal: AbortSignal,
  ): void {
    // One that is to measure and cannot would not even start; it still lists.
    const able = projects.filter(
      ({ missing, unmeasured = [] }) => missing.length === 0 && unmeasured.length === 0,
    );
    const [wanted, ...more] = able.filter(
      ({ project, runner }) => kind === undefined || keyOf(project, runner) === kind,
    );
    if (wanted === undefined || more.length > 0) return;
    const runner = this.#runner(wanted.project, wanted.runner);
    for (let count = Math.min(slots, this.#slots.length); count > 0; count--)
      this.#withSlot(signal, (slot) => slot.warm(runner, wanted.project)).catch(() => undefined);
  }

  /** Installs what the tree needs, in workspaces; people's own folders are theirs. */
  async #setUp(request: OpenRequest, signal: AbortSignal): Promise<Pick<SetupOutcome, "env" | "failures">> {
    const { folders, setup } = request;
    if (setup === undefined) return { env: [], failures: [] };
    const env = { ...ownEnvironment(), ...request.env, ...this.#warden!.environment };
    return setUp({ ...setup, folders, env }, signal);
  }

  async #slot(folder: string, number: number, prepared: Readonly<Record<string, string>>): Promise<Slot> {
    const open = this.#open!;
    const ports = await claimPorts();
    this.#ports.push(ports);
    const scratch = path.join(this.#scratch!, `slot-${number}`);
    mkdirSync(scratch);
    const port: SlotPort = {
      number,
      root: folder,
      scratch,
      env: {
        ...ownEnvironment(),
        ...open.env,
        ...prepared,
        ...this.#warden!.environment,
        CAELUM_TEST: "1",
        CAELUM_SLOT: String(number),
        CAELUM_PORT_BASE: String(ports.first),
        CAELUM_PORT_COUNT: String(ports.count),
      },
      timeoutMs: open.timeoutMs,
      ...(open.generic === undefined ? {} : { generic: open.generic }),
      args: open.args,
      coverage: open.coverage,
      artifacts: this.#artifacts!,
      project: (project) => this.#project(folder, project),
    };
    return new Slot(port);
  }

  async #run(
    slot: Slot,
    units: readonly TestUnit[],
    emit: (event: WireEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const [first] = units;
    if (first !== undefined) {
      await slot.run(this.#runner(first.project, first.runner), units, emit, signal);
    }
  }

  #project(root: string, project: string): ProjectFolder {
    return projectFolder({ folder: root, files: this.#files }, this.#files, project);
  }

  #runner(project: string, name: string): Runner {
    const runner = this.#projects.get(keyOf(project, name));
    if (runner === undefined) throw new Error(`there is no ${name} in "${project}" on this host`);
    return runner;
  }

  /** One request at a time on a slot; those beyond the slots wait in order. */
  async #withSlot<T>(signal: AbortSignal, work: (slot: Slot) => Promise<T>): Promise<T> {
    const slot = this.#free.pop() ?? (await this.#nextFree());
    try {
      signal.throwIfAborted();
      return await work(slot);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(slot);
      else next(slot);
    }
  }

  #nextFree(): Promise<Slot> {
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

function readPart(file: string | undefined, offset: number): { data: string; end: boolean } {
  if (file === undefined) throw new Error("there is no such file to fetch");
  const handle = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(partBytes);
    const length = readSync(handle, bytes, 0, partBytes, offset);
    return { data: bytes.toString("base64", 0, length), end: length < partBytes };
  } finally {
    closeSync(handle);
  }
}

function keyOf(project: string, runner: string): string {
  return `${project}|${runner}`;
}

const linesTold = 12;

/** Set-up steps that failed for a project, as what it lacks. */
function failuresFor(project: string, failures: readonly SetupFailure[]): { name: string; hint: string }[] {
  return failures
    .filter(({ folder }) => folder === "" || project === folder || project.startsWith(`${folder}/`))
    .map(({ step, message, output }) => {
      const said = output
        .trim()
        .split(/\s*[\r\n]+\s*/)
        .slice(-linesTold)
        .join("; ");
      return { name: `what "${step}" installs`, hint: said === "" ? message : `${message}: ${said}` };
    });
}
