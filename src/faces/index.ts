export { bytes, count } from "./format.ts";
export { checkWritable, OutputError, writeResult } from "./output/write-result.ts";
export { measure } from "./progress/progress-state.ts";
export { type Progress, showProgress } from "./progress/show-progress.ts";
export { showConfig } from "./tables/show-config.ts";
