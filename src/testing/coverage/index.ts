export { type CollectedCoverage, mergeCoverage } from "./merge.ts";
export { type CoverageReport, coverageTotals, type FileLines } from "./lines.ts";
export { lcovReport } from "./lcov.ts";
