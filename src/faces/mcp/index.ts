export type { McpOptions, McpSettings } from "./make-state.ts";
export { logTo } from "./log-file.ts";
export { serveStdio } from "./serve-stdio.ts";
export type { Tool } from "./tool.ts";
