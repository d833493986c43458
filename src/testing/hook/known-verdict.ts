import type { Settings } from "#config";
import { configuredSteps, testEnvironment } from "../setup/index.ts";
import { configurationHash, type StoredVerdict, TestStore } from "../stores/index.ts";
import { readTree } from "../sync/tree/read-tree.ts";

/** What earlier runs say about a tree. */
export type Knowledge =
  | { type: "passed"; verdicts: StoredVerdict[] }
  | { type: "failed"; verdicts: StoredVerdict[] }
  /** `missing`: platforms without a verdict. */
  | { type: "unknown"; missing: string[] };

const systems: Readonly<Record<string, string>> = { linux: "linux", darwin: "mac", win32: "win" };

/** Opens the store once and answers for trees of one repository. */
export class KnownVerdicts {
  readonly #store: TestStore | undefined;
  readonly #configuration: (commit: string) => Promise<string>;
  readonly #platforms: readonly string[];

  private constructor(
    store: TestStore | undefined,
    configuration: (commit: string) => Promise<string>,
    platforms: readonly string[],
  ) {
    this.#store = store;
    this.#configuration = configuration;
    this.#platforms = platforms;
  }

  /** A store that cannot be opened knows nothing. @throws TestEnvironmentError */
  static async open(request: {
    root: string;
    stateFolder: string;
    settings: Settings["test"];
    env: NodeJS.ProcessEnv;
  }): Promise<KnownVerdicts> {
    const { root, stateFolder, settings, env } = request;
    const { sync, setup, generic, args, flaky, platforms } = settings;
    const { include } = sync;
    const how = {
      below: "",
      include,
      ...(setup === undefined ? {} : { setup: configuredSteps(setup) }),
      ...(generic === undefined ? {} : { generic }),
      args,
      env: testEnvironment(settings, env, root).env,
      flaky,
    };
    const configuration = async (commit: string): Promise<string> => {
      const included = include.length === 0 ? "" : (await readTree(root, { rev: commit, include })).included;
      return configurationHash({ ...how, included });
    };
    const wanted = platforms.length > 0 ? platforms : [systems[process.platform] ?? process.platform];
    return new KnownVerdicts(await TestStore.open(stateFolder).catch(() => undefined), configuration, wanted);
  }

  async of({ tree, commit }: { tree: string; commit: string }): Promise<Knowledge> {
    const configuration = await this.#configuration(commit);
    const known = this.#store?.verdicts({ tree, configuration }) ?? [];
    // Which hosts there are decides what "all" is: whatever was tested has to have passed.
    const isAll = this.#platforms.includes("all");
    const verdicts = isAll ? known : known.filter(({ platform }) => this.#platforms.includes(platform));
    if (verdicts.some(({ verdict }) => verdict === "failed")) return { type: "failed", verdicts };
    const missing = isAll
      ? known.length === 0
        ? ["all"]
        : []
      : this.#platforms.filter((name) => !known.some(({ platform }) => platform === name));
    return missing.length === 0 ? { type: "passed", verdicts } : { type: "unknown", missing };
  }

  close(): void {
    this.#store?.close();
  }
}
