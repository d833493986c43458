export { checkWritable, OutputError, writeResult } from "./output/write-result.ts";
export { fleetSummary } from "./progress/fleet-summary.ts";
export { howFar } from "./progress/sentences.ts";
export { type Progress, showProgress } from "./progress/show-progress.ts";
export { showCacheCleared, showCacheStats } from "./tables/show-cache.ts";
export { showConfig } from "./tables/show-config.ts";
export { showAudit } from "./tables/show-audit.ts";
