export type { TestFailure, TestName, TestOutcome, TestResult, TestUnit, UnitEnd } from "./model.ts";
export type { HostRecord, PlatformRecord, TestAttempt, TestRunRecord, UnitAttempt } from "./run-record.ts";
export { ListingError, NoPlatformError, NoTestsError } from "./run/errors.ts";
export type { TestOptions } from "./run/options.ts";
export {
  configuredSteps,
  type TestEnvironment,
  testEnvironment,
  TestEnvironmentError,
} from "./setup/index.ts";
export { configurationHash, type Flake, type StoredVerdict, TestStore, type Timing } from "./stores/index.ts";
export { runTests, type TestContext, type TestRun } from "./run/run-tests.ts";
