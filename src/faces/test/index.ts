export { coverageLines } from "./coverage-lines.ts";
export { testResult } from "./test-result.ts";
export { showFlaky, showTimings } from "./history.ts";
