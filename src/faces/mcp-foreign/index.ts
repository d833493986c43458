export { foreignTools } from "../mcp/foreign-tools.ts";
