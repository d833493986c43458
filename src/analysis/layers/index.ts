export { checkLayerNames, checkLayers, type Layer, layerRule } from "./check-layers.ts";
export { cheapestCut, type Cut } from "./cut-cycles.ts";
export { type Unused, unusedCode } from "./unused-code.ts";
export type { UnusedExport } from "./unused-exports.ts";
