import type { CodeService, CodeServiceOptions } from "#analysis/service";
import type { Fleet } from "#fleet";
import { UsageError } from "#kernel";
import { type AuditFolders, AuditLog, PathGuard } from "#security";
import type { Telemetry } from "../telemetry/index.ts";
import { Admission } from "./admission.ts";
import { ClientRoots } from "./client-roots.ts";
import { Consent } from "./consent.ts";
import { Jobs } from "./jobs.ts";
import { giveMemoryBack } from "./memory-at-rest.ts";
import { Metrics } from "./metrics.ts";
import { ResultStore } from "./result-store.ts";
import type { McpState } from "./state.ts";
import type { TestSettings, Tool } from "./tool.ts";
import { chooseTools, type ToolChoice } from "./tool-list.ts";
import { allTools } from "./tools/index.ts";

/** What the person has configured; read when the first tool is called, so that a start need not wait for it. */
export interface McpSettings {
  cache: CodeServiceOptions["cache"];
  maxFileSize: number;
  tests: TestSettings;
}

export interface McpOptions extends ToolChoice {
  version: string;
  /** Tools of other servers. */
  foreign?: readonly Tool[];
  /** Folders that were named; undefined: the client's roots, or else the working folder. */
  roots?: readonly string[];
  cwd: string;
  settings: () => Promise<McpSettings>;
  /** After so long a call is answered with a job. */
  handOverMs?: number;
  log: (text: string) => void;
  /** The person's machines; undefined: there are none. */
  fleet: () => Promise<Fleet | undefined>;
  policyFile: string;
  audit: AuditFolders;
  /** Where spans go; undefined: nowhere. */
  telemetry?: Telemetry | undefined;
}

export interface OwnedState extends McpState {
  /** Loads what the first call needs. */
  prepare(): void;
  close(): Promise<void>;
}

interface Loaded {
  code: CodeService;
  tests: TestSettings;
}

const usualHandOverMs = 20_000;

/** Everything behind the tools, started lazily. @throws UsageError for roots or tools that are not there */
export function makeState(options: McpOptions): OwnedState {
  const { log, telemetry } = options;
  let roots = new PathGuard(options.roots ?? [options.cwd]).roots;
  let loading: Promise<Loaded> | undefined;
  let loaded: Loaded | undefined;
  const jobs = new Jobs(options.handOverMs ?? usualHandOverMs);
  const admission = new Admission();
  const audit = new AuditLog(options.audit, Date.now());
  const metrics = new Metrics(() => ({
    ...loaded?.code.stats,
    callsUnderWay: admission.underWay,
    jobsRunning: jobs.running,
    residentBytes: process.memoryUsage.rss(),
  }));

  async function load(): Promise<Loaded> {
    const [{ CodeService: Service }, settings] = await Promise.all([
      import("#analysis/service"),
      options.settings(),
    ]);
    const { cache, maxFileSize, tests } = settings;
    loaded = { code: new Service({ roots, cache, maxFileSize, onNotice: log }), tests };
    return loaded;
  }

  function loadOnce(): Promise<Loaded> {
    if (loading === undefined) {
      loading = load();
      // What a person corrects holds for the next call.
      loading.catch(() => (loading = undefined));
    }
    return loading;
  }

  function present(): Loaded {
    if (loaded === undefined) throw new Error("a tool was called before the server was ready");
    return loaded;
  }

  const clientRoots = new ClientRoots({
    enabled: options.roots === undefined,
    log,
    async use(folders) {
      ({ roots } = new PathGuard(folders));
      const before = loaded;
      loading = undefined;
      loaded = undefined;
      await before?.code.close();
    },
  });
  let callsBefore = 0;
  const stopGiving = giveMemoryBack(() => {
    const isBusy = admission.underWay > 0 || jobs.running > 0 || admission.calls !== callsBefore;
    callsBefore = admission.calls;
    return isBusy;
  });

  return {
    version: options.version,
    get code() {
      return present().code;
    },
    get tests() {
      return present().tests;
    },
    jobs,
    results: new ResultStore(),
    metrics,
    admission,
    tools: chooseTools([...allTools, ...(options.foreign ?? [])], options),
    log,
    async ready() {
      await clientRoots.settled();
      await loadOnce();
    },
    prepare() {
      void telemetry?.ready();
      loadOnce().catch(() => undefined);
    },
    clientRoots,
    async fleet() {
      const fleet = await options.fleet();
      if (fleet !== undefined) return fleet;
      throw new UsageError("there is no fleet here", {
        hint: "start the server with --fleet FILE, or keep a fleet.yaml in the user's configuration folder",
      });
    },
    consent: new Consent(),
    audit,
    telemetry,
    policyFile: options.policyFile,
    async close() {
      stopGiving();
      await jobs.close();
      await loaded?.code.close();
      audit.close();
    },
  };
}
