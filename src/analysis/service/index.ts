export { CodeService, type CodeServiceOptions, type Place, type ServiceStats } from "./code-service.ts";
export type { Since } from "../run/changed-since.ts";
export type { DeepResult } from "./deep-analysis.ts";
export type { NoOutline, Outline } from "./outline.ts";
export type { FoundSymbol, SymbolIndex } from "./symbol-index.ts";
export type { FileUses, Use, UseKind } from "./wire.ts";
export type { OnProgress, Snapshot } from "./workspace.ts";
