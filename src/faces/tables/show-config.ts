import { homedir } from "node:os";
import { type Config, type Origin, shownFrom } from "#config";
import { redact } from "#kernel";
import { table } from "./table.ts";

interface Where {
  readonly cwd: string;
  readonly options: { readonly json?: true };
}

/** `caelum config show`: every setting, its value, and where it comes from. */
export function showConfig(config: Config, { cwd, options }: Where): string {
  if (options.json) {
    const settings = config.resolved.map(({ name, value, origin }) => ({
      name,
      value: value ?? null,
      origin,
    }));
    // The address of a server may hold its password.
    return `${redact(JSON.stringify({ files: config.files, settings }, undefined, 2))}\n`;
  }
  const rows = config.resolved.map(({ name, value, origin }) => [
    name,
    shownValue(value),
    shownOrigin(origin, cwd),
  ]);
  return table(["setting", "value", "from"], rows);
}

function shownValue(value: unknown): string {
  if (value === undefined) return "–";
  if (typeof value === "string") return withTilde(redact(value));
  const text = JSON.stringify(value);
  // A whole fleet may stand there.
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function shownOrigin(origin: Origin, cwd: string): string {
  switch (origin.type) {
    case "default":
      return "default";
    case "environment":
      return origin.variable;
    case "file": {
      const place = origin.line === undefined ? "" : `:${origin.line}:${origin.column}`;
      return `${withTilde(shownFrom(cwd)(origin.file))}${place}`;
    }
  }
}

function withTilde(text: string): string {
  const home = homedir();
  return text.startsWith(`${home}/`) ? `~${text.slice(home.length)}` : text;
}
