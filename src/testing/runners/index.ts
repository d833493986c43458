export { detectAll, projectFolder, type FoundProject, type TestTree } from "./detect.ts";
export { RunnerError } from "./errors.ts";
export type {
  DetectedProject,
  ProjectFolder,
  RequiredTool,
  Runner,
  RunnerContext,
  RunnerEvent,
  RunnerSession,
} from "./runner.ts";
export { unknownRunnerHelp } from "./unknown-runner.ts";
