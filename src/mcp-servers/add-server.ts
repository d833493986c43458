import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { applyEdits, modify } from "jsonc-parser";
import { UsageError } from "#kernel";
import { replaceFile } from "./replace-file.ts";
import { parseServers } from "./server-file.ts";

export type NewServer =
  | { command: string; args: readonly string[]; env?: Record<string, string> }
  | { url: string };

/** Writes a server into the file, which is made if there is none; comments and everything else stay. @throws UsageError, ConfigError */
export async function addServer(
  file: string,
  name: string,
  server: NewServer,
): Promise<{ created: boolean }> {
  const created = !existsSync(file);
  const before = created ? "{}\n" : await readFile(file, "utf8");
  const present = parseServers(before, file);
  if (present.some((other) => other.name === name))
    throw new UsageError(`${file} has a server "${name}" already`);
  const key = /"servers"\s*:/.test(before) && !/"mcpServers"\s*:/.test(before) ? "servers" : "mcpServers";
  const edits = modify(before, [key, name], server, {
    formattingOptions: { insertSpaces: true, tabSize: 2, eol: "\n" },
  });
  const after = applyEdits(before, edits);
  parseServers(after, file);
  await replaceFile(file, after);
  return { created };
}
