export { configuredSteps } from "./configured-steps.ts";
export { secretHider, type TestEnvironment, testEnvironment, TestEnvironmentError } from "./environment.ts";
export { type SetupFailure, type SetupOutcome, type SetupRequest, setUp } from "./set-up.ts";
export type { ConfiguredStep } from "./step.ts";
