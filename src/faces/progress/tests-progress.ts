import type { CaelumEvent } from "#kernel";

/** One platform of a test run, from its events. */
export interface PlatformProgress {
  readonly name: string;
  /** Undefined until they are listed. */
  readonly units: number | undefined;
  /** Units that had their first answer. */
  readonly done: number;
  readonly failed: number;
  readonly flaky: number;
  readonly isOver: boolean;
}

/** In the order in which platforms were first heard of. */
export type TestsProgress = readonly PlatformProgress[];

/** The same list when the event is not about tests. */
export function advanceTests(tests: TestsProgress, event: CaelumEvent): TestsProgress {
  switch (event.type) {
    case "tests.planned":
      return change(tests, event.platform, (platform) => ({ ...platform, units: event.units }));
    case "tests.finished": {
      const { attempt, end, failed } = event;
      if (attempt > 1) return tests;
      const failures = end === "done" ? failed : Math.max(1, failed);
      return change(tests, event.platform, (platform) => ({
        ...platform,
        done: platform.done + 1,
        failed: platform.failed + failures,
      }));
    }
    case "test.flaky":
      return change(tests, event.platform, (platform) => ({
        ...platform,
        flaky: platform.flaky + 1,
        failed: Math.max(0, platform.failed - 1),
      }));
    case "platform.finished":
      return change(tests, event.platform, (platform) => ({ ...platform, isOver: true }));
    default:
      return tests;
  }
}

/** `linux 412/980` of each platform. */
export function platformCounts(tests: TestsProgress): string[] {
  return tests.map(({ name, units, done }) =>
    units === undefined ? `${name} waiting for a host` : `${name} ${done}/${units}`,
  );
}

/** `3 failed`, `1 flaky`; nothing that is nothing. */
export function troubleCounts(tests: TestsProgress): string[] {
  const sum = (of: "failed" | "flaky"): number => tests.reduce((total, platform) => total + platform[of], 0);
  return (["failed", "flaky"] as const).flatMap((what) => (sum(what) === 0 ? [] : [`${sum(what)} ${what}`]));
}

function change(
  tests: TestsProgress,
  name: string,
  by: (platform: PlatformProgress) => PlatformProgress,
): TestsProgress {
  const index = tests.findIndex((platform) => platform.name === name);
  if (index >= 0) return tests.with(index, by(tests[index]!));
  return [...tests, by({ name, units: undefined, done: 0, failed: 0, flaky: 0, isOver: false })];
}
