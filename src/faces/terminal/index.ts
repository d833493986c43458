export { terminalProgress } from "./terminal-progress.ts";
export { terminalTop } from "./terminal-top.ts";
