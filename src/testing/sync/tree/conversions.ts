import { readFileSync } from "node:fs";
import path from "node:path";
import { type BytePath, shownPath, systemPath } from "../manifest.ts";
import type { WorkTreeAnswers } from "./ask-work-tree.ts";
import { askGit, records } from "./run-git.ts";

const names = ["text", "eol", "crlf", "filter", "ident", "working-tree-encoding"] as const;
/** Where none of these stands, no attribute that counts here is given to anything. */
const anyName = new RegExp(String.raw`\b(?:${names.join("|")})\b`);
const plain = new Set(["unspecified", "unset"]);

export interface Conversions {
  /** Whether git may keep other bytes than lie in the folder: line ends, filters, encodings. */
  converts(path: BytePath): boolean;
  /** Whether Git LFS keeps its contents elsewhere. */
  isLarge(path: BytePath): boolean;
}

/** Asks git's attributes only where there are any that count. `tracked`: all paths below the folder that git knows. */
export async function conversionsOf(
  folder: string,
  tracked: readonly BytePath[],
  answers: WorkTreeAnswers,
  signal: AbortSignal | undefined,
): Promise<Conversions> {
  const autocrlf = answers.settings.get("core.autocrlf")?.toLowerCase();
  const isAlways = autocrlf !== undefined && !["false", "no", "off", "0"].includes(autocrlf);
  const large = new Set<BytePath>();
  const converted = new Set<BytePath>();
  if (answers.settings.has("core.attributesfile") || hasAttributes(folder, tracked, answers)) {
    const answer = await askGit(folder, ["check-attr", "-z", "--stdin", ...names], {
      signal,
      input: tracked.map((file) => `${file}\0`).join(""),
    });
    const said = records(answer.text);
    for (let at = 0; at + 2 < said.length; at += 3) {
      const [file = "", name, value = ""] = said.slice(at, at + 3);
      if (plain.has(value)) continue;
      converted.add(file);
      if (name === "filter" && value === "lfs") large.add(file);
    }
  }
  return { converts: (file) => isAlways || converted.has(file), isLarge: (file) => large.has(file) };
}

function hasAttributes(
  folder: string,
  tracked: readonly BytePath[],
  { top, attributes, others }: WorkTreeAnswers,
): boolean {
  const home = process.env["XDG_CONFIG_HOME"] || path.join(process.env["HOME"] ?? "", ".config");
  const places = [
    path.resolve(folder, shownPath(attributes)),
    path.join(home, "git/attributes"),
    "/etc/gitattributes",
  ];
  for (let at = folder; at.length > shownPath(top).length; at = path.dirname(at))
    places.push(path.join(path.dirname(at), ".gitattributes"));
  if (places.some((place) => anyName.test(textOf(place) ?? ""))) return true;
  const own = [...tracked, ...others].filter(
    (file) => file === ".gitattributes" || file.endsWith("/.gitattributes"),
  );
  // One that is tracked and not there: git reads it from the index.
  return own.some((file) => anyName.test(textOf(systemPath(folder, file)) ?? names[0]));
}

function textOf(file: string | Buffer): string | undefined {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return undefined;
  }
}
