export { EVERYTHING, type ExportKind, type NameFacts } from "./name-facts.ts";
export { namesReader } from "./names-reader.ts";
