export { type Assistant, assistants, type Place, type Scope } from "./assistants.ts";
export { AssistantFileError } from "./errors.ts";
export { apply, type Plan, planInstall, planUninstall, type ServerCommand } from "./install.ts";
