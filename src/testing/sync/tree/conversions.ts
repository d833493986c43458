import { existsSync } from "node:fs";
import path from "node:path";
import type { BytePath } from "../manifest.ts";
import { askGit, records } from "./run-git.ts";

const names = ["text", "eol", "crlf", "filter", "ident", "working-tree-encoding"] as const;
const plain = new Set(["unspecified", "unset"]);

export interface Conversions {
  /** Whether git may keep other bytes than lie in the folder: line ends, filters, encodings. */
  converts(path: BytePath): boolean;
  /** Whether Git LFS keeps its contents elsewhere. */
  isLarge(path: BytePath): boolean;
}

/** Asks git's attributes only where there are any. `tracked`: all paths below the folder that git knows. */
export async function conversionsOf(
  folder: string,
  tracked: readonly BytePath[],
  signal: AbortSignal | undefined,
): Promise<Conversions> {
  const settings = await askGit(
    folder,
    ["config", "-z", "--get-regexp", String.raw`^core\.(autocrlf|attributesfile)$`],
    { signal },
  );
  const configured = new Map(records(settings.text).map((each) => each.split("\n", 2) as [string, string]));
  const autocrlf = configured.get("core.autocrlf")?.toLowerCase();
  const isAlways = autocrlf !== undefined && !["false", "no", "off", "0"].includes(autocrlf);
  const large = new Set<BytePath>();
  const converted = new Set<BytePath>();
  if (configured.has("core.attributesfile") || (await hasAttributes(folder, tracked, signal))) {
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

async function hasAttributes(
  folder: string,
  tracked: readonly BytePath[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (tracked.some((file) => file.endsWith(".gitattributes"))) return true;
  const { text } = await askGit(folder, ["rev-parse", "--show-toplevel", "--git-path", "info/attributes"], {
    signal,
  });
  const [top = folder, own = ""] = Buffer.from(text, "latin1").toString("utf8").split("\n");
  const home = process.env["XDG_CONFIG_HOME"] || path.join(process.env["HOME"] ?? "", ".config");
  const places = [path.resolve(folder, own), path.join(home, "git/attributes"), "/etc/gitattributes"];
  for (let at = folder; at.length > top.length; at = path.dirname(at))
    places.push(path.join(path.dirname(at), ".gitattributes"));
  return places.some((place) => existsSync(place));
}
