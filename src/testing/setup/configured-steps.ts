import type { Settings } from "#config";
import type { ConfiguredStep } from "./step.ts";

/** Steps as `test.setup` has them. */
export function configuredSteps(steps: NonNullable<Settings["test"]["setup"]>): ConfiguredStep[] {
  return steps.map((step) => {
    if (typeof step === "string") return { run: step };
    const { timeout, ...rest } = step;
    return { ...rest, timeoutMs: timeout };
  });
}
