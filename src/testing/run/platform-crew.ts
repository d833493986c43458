import { type FleetPlan, type HostPool, specOf } from "#crew";
import { CaelumError } from "#kernel";
import type { ScheduleControl } from "#schedule";
import type { TestMachine } from "./machine.ts";
import type { TestOptions } from "./options.ts";
import { PlatformRun, type PlatformPort } from "./platform-run.ts";
import { platformFor, platformNames, systemName } from "./platforms.ts";

export interface CrewPort extends Omit<PlatformPort, "fallback" | "timings" | "testTimes" | "pool"> {
  readonly options: TestOptions;
  readonly plan: FleetPlan;
  /** Recorded milliseconds by unit. */
  readonly timings: (platform: string) => ReadonlyMap<string, number>;
  /** Milliseconds of a unit's tests in the last run. */
  readonly testTimes: (platform: string) => PlatformPort["testTimes"];
  readonly note: (text: string, host?: string) => void;
  /** What must not happen has: the run ends. */
  readonly onDefect: (error: unknown) => void;
}

/** The platforms of a run, and which of them each host works for. */
export class PlatformCrew {
  readonly #port: CrewPort;
  readonly #pool: HostPool<TestMachine>;
  readonly #platforms = new Map<string, PlatformRun>();
  readonly #platformOf = new Map<string, string>();
  #onPlatform: (platform: PlatformRun) => void = () => undefined;
  /** Whoever comes now has to be able to do all that is wanted. */
  #begun = false;

  constructor(pool: HostPool<TestMachine>, port: CrewPort) {
    this.#pool = pool;
    this.#port = port;
    for (const name of wantedPlatforms(port.options) ?? []) this.#platform(name);
  }

  get platforms(): readonly PlatformRun[] {
    return [...this.#platforms.values()];
  }

  platformOf(host: string): string | undefined {
    return this.#platformOf.get(host);
  }

  /** Tells of each platform, those that are there and those that hosts will bring. */
  onPlatform(tell: (platform: PlatformRun) => void): void {
    this.#onPlatform = tell;
    for (const platform of this.#platforms.values()) tell(platform);
  }

  begin(): void {
    this.#begun = true;
  }

  /** Hosts that the pool makes ready or gives up reach the queue of their platform. */
  router(): ScheduleControl {
    const of = (host: string): PlatformRun | undefined =>
      this.#platforms.get(this.#platformOf.get(host) ?? "");
    return {
      addHost: ({ name, ...spec }) =>
        void this.#join({ name, ...spec }).catch((error: unknown) => {
          // It was lost in this moment: the pool reaches it anew, and says so.
          if (!(error instanceof CaelumError)) this.#port.onDefect(error);
        }),
      dropHost: (name) => of(name)?.leave(name),
      setLoad: (name, load) => of(name)?.setLoad(name, load),
      setSlots: () => undefined,
      pause: () => this.platforms.forEach((platform) => platform.pause(true)),
      resume: () => this.platforms.forEach((platform) => platform.pause(false)),
    };
  }

  #platform(name: string): PlatformRun {
    let platform = this.#platforms.get(name);
    if (platform === undefined) {
      platform = new PlatformRun(name, {
        ...this.#port,
        pool: this.#pool,
        fallback: this.#fallbackFor(name),
        timings: this.#port.timings(name),
        testTimes: this.#port.testTimes(name),
      });
      this.#platforms.set(name, platform);
      this.#onPlatform(platform);
    }
    return platform;
  }

  /** This machine steps in for its own platform only. */
  #fallbackFor(name: string): PlatformPort["fallback"] {
    const { fallback } = this.#port.plan;
    if (fallback === undefined) return undefined;
    const names = platformNames(fallback, { platform: process.platform, arch: process.arch });
    return names.includes(name) ? { host: fallback, spec: specOf(fallback) } : undefined;
  }

  async #join(spec: Parameters<ScheduleControl["addHost"]>[0]): Promise<void> {
    const host = this.#pool.host(spec.name);
    if (host === undefined) return;
    const { note, options } = this.#port;
    const name = platformFor(platformNames(host.host, host.hello), wantedPlatforms(options));
    if (name === undefined) {
      const { hello } = host;
      const what = hello === undefined ? "" : ` (${hello.platform}-${hello.arch})`;
      note(`host "${spec.name}"${what} is of none of the platforms that are tested`, spec.name);
      this.#pool.drop(spec.name);
      return;
    }
    const { work } = await host.open();
    const { projects } = await work.projects();
    const lacking = new Set<string>();
    for (const { project, runner, missing, unmeasured = [] } of projects) {
      const absent = [...missing, ...(this.#begun && unmeasured !== "never" ? unmeasured : [])];
      if (absent.length === 0) continue;
      lacking.add(`${project}|${runner}`);
      const tools = absent.map(({ name, hint }) => `${name} is missing (${hint})`).join("; ");
      const what = project === "" ? runner : `${runner} in ${project}`;
      note(`${what} cannot run here: ${tools}`, spec.name);
    }
    this.#platformOf.set(spec.name, name);
    this.#platform(name).join(spec, lacking);
  }
}

/** Undefined: whatever the hosts are. */
export function wantedPlatforms({
  platforms,
}: Pick<TestOptions, "platforms">): readonly string[] | undefined {
  if (platforms === "all") return undefined;
  return platforms ?? [systemName(process.platform)];
}
