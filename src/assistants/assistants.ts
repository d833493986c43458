import { homedir } from "node:os";
import path from "node:path";

/** Whose configuration is meant: the user's own, or the project's, which is shared with whoever has the project. */
export type Scope = "user" | "project";

/** An assistant that can start MCP servers, and where it says which. */
export interface Assistant {
  /** As it is typed. */
  id: string;
  title: string;
  format: "json" | "toml";
  /** Where servers stand in the file. */
  key: readonly string[];
  /** Absolute path of the file; undefined where the assistant has none of this scope. */
  file(scope: Scope, place: Place): string | undefined;
  /** What it wants besides `command` and `args`. */
  entry?: Readonly<Record<string, unknown>>;
  /** What to do so that it takes notice. */
  nextStep: string;
}

export interface Place {
  /** The project's folder. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
}

/** In the order of their documentation, as of 2026: each file as its assistant's own pages name it. */
export const assistants: readonly Assistant[] = [
  {
    id: "claude-code",
    title: "Claude Code",
    format: "json",
    key: ["mcpServers"],
    file: (scope, place) =>
      scope === "project" ? path.join(place.cwd, ".mcp.json") : inHome(place, ".claude.json"),
    entry: { type: "stdio" },
    nextStep: "start claude again; /mcp lists its servers",
  },
  {
    id: "claude-desktop",
    title: "Claude Desktop",
    format: "json",
    key: ["mcpServers"],
    file: (scope, place) =>
      scope === "project" ? undefined : path.join(appFolder(place), "Claude/claude_desktop_config.json"),
    nextStep: "quit Claude Desktop and start it again",
  },
  {
    id: "cursor",
    title: "Cursor",
    format: "json",
    key: ["mcpServers"],
    file: (scope, place) =>
      scope === "project" ? path.join(place.cwd, ".cursor/mcp.json") : inHome(place, ".cursor/mcp.json"),
    nextStep: "switch it on under Settings, MCP",
  },
  {
    id: "vscode",
    title: "Visual Studio Code",
    format: "json",
    key: ["servers"],
    file: (scope, place) =>
      scope === "project"
        ? path.join(place.cwd, ".vscode/mcp.json")
        : path.join(appFolder(place), "Code/User/mcp.json"),
    entry: { type: "stdio" },
    nextStep: "start it above its entry in the file, or with MCP: List Servers",
  },
  {
    id: "windsurf",
    title: "Windsurf",
    format: "json",
    key: ["mcpServers"],
    file: (scope, place) =>
      scope === "project" ? undefined : inHome(place, ".codeium/windsurf/mcp_config.json"),
    nextStep: "press refresh under Cascade, MCP servers",
  },
  {
    id: "zed",
    title: "Zed",
    format: "json",
    key: ["context_servers"],
    file: (scope, place) =>
      scope === "project"
        ? path.join(place.cwd, ".zed/settings.json")
        : path.join(configFolder(place), "zed/settings.json"),
    entry: { source: "custom" },
    nextStep: "its agent panel shows the server at once",
  },
  {
    id: "gemini-cli",
    title: "Gemini CLI",
    format: "json",
    key: ["mcpServers"],
    file: (scope, place) =>
      scope === "project"
        ? path.join(place.cwd, ".gemini/settings.json")
        : inHome(place, ".gemini/settings.json"),
    nextStep: "start gemini again; /mcp lists its servers",
  },
  {
    id: "codex",
    title: "Codex",
    format: "toml",
    key: ["mcp_servers"],
    file: (scope, place) => (scope === "project" ? undefined : inHome(place, ".codex/config.toml")),
    nextStep: "start codex again",
  },
];

function inHome({ env }: Place, file: string): string {
  return path.join(env["HOME"] || env["USERPROFILE"] || homedir(), file);
}

function configFolder(place: Place): string {
  const given = place.env["XDG_CONFIG_HOME"];
  return given !== undefined && path.isAbsolute(given) ? given : inHome(place, ".config");
}

/** Where programs with a window keep their settings. */
function appFolder(place: Place): string {
  if (place.platform === "darwin") return inHome(place, "Library/Application Support");
  if (place.platform === "win32") return place.env["APPDATA"] ?? inHome(place, "AppData/Roaming");
  return configFolder(place);
}
