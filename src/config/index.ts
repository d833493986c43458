export { ConfigError, type ConfigProblem } from "./errors.ts";
export { projectPlaces, userPlaces } from "./find-files.ts";
export {
  loadConfig,
  shownFrom,
  type Config,
  type ConfigRequest,
  type Origin,
  type Resolved,
} from "./load-config.ts";
export type { ConfigPart } from "./parts.ts";
export { readFlag } from "./read-flag.ts";
export { sections, type Settings } from "./settings.ts";
export type { Section, Setting } from "./setting.ts";
