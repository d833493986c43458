export { addServer, type NewServer } from "./add-server.ts";
export type { ServerDescription } from "./connection.ts";
export { type ExposedTool, exposedTools } from "./exposed.ts";
export { ServerUnreachableError, ToolRefusedError } from "./errors.ts";
export { pinsBeside, type PinnedState, type ToolState } from "./pins.ts";
export {
  findServerFile,
  loadServerFile,
  type ServerEntry,
  type ServerFile,
  serverNamed,
} from "./server-file.ts";
export { callTool, type Inspected, inspectServer, type UseContext } from "./use.ts";
