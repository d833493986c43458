export { verdict } from "./verdict.ts";
export { type ReportFormat, reportFormats, writeReport } from "./write-report.ts";
