export { checkLayers, type Layer, layerRule, unknownLayers } from "./check-layers.ts";
export { cheapestCut, type Cut } from "./cut-cycles.ts";
export { type Unused, unusedCode } from "./unused-code.ts";
export type { UnusedExport } from "./unused-exports.ts";
