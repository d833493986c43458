import type { ProjectIndex } from "../project.ts";
import type { Resolve } from "../types.ts";
import { nearestOne, withSuffix } from "./nearest.ts";
import { external, found, unresolved } from "./outcome.ts";
import { foldersUp, joinPath } from "./paths.ts";

/**
 * Shell scripts: literal paths, and paths that begin with the script's own folder in one of its usual spellings.
 * A variable in front (`"$LIB/x.sh"`) is some folder: the script's own, one above it, or the only one that has such
 * a file.
 */
export function bash(project: ProjectIndex): Resolve {
  return (from, { raw }) => {
    const folder = project.folder(from);
    const { own, variable, path } = readPath(raw);
    if (path === undefined) return unresolved;
    if (own) return at(folder, path) ?? unresolved;
    if (!variable) {
      if (/^[/~]/.test(path)) return external(path);
      // Without a folder in front the shell looks in the working folder, most often the script's or the root.
      return at(folder, path) ?? above(folder, path) ?? unresolved;
    }
    const rest = path.replace(/^\/+/, "");
    const hit = at(folder, rest) ?? above(folder, rest);
    if (hit !== undefined) return hit;
    const candidates = withSuffix(project, rest.replace(/^(\.{1,2}\/)+/, ""));
    return (
      found(
        rest.includes("/") || candidates.length === 1 ? nearestOne(project, candidates, folder) : undefined,
      ) ?? unresolved
    );
  };

  function at(folder: string, path: string): ReturnType<typeof found> {
    const joined = joinPath(folder, path);
    return joined === undefined ? undefined : found(project.number(joined));
  }

  function above(folder: string, path: string): ReturnType<typeof found> {
    for (const up of foldersUp(folder)) {
      const hit = at(up, path);
      if (hit !== undefined) return hit;
    }
    return undefined;
  }
}

/** Spellings of "the folder of this script", after quotes are gone. */
const ownFolder = [
  String.raw`\$\(\s*(?:cd|builtin cd|command cd)\s+(?:-P\s+|--\s+)*\$\(\s*dirname\s+(?:--\s+)?\$\{?(?:0|BASH_SOURCE(?:\[0\])?)\}?\s*\)((?:/\.\.)*)/?\s*(?:>\s*/dev/null\s*(?:2>&1\s*)?)?(?:&&|;)\s*pwd(?:\s+-P)?\s*\)`,
  String.raw`\$\(\s*dirname\s+(?:--\s+)?(?:\$\(\s*(?:readlink|realpath)\s+(?:-\w+\s+)*)?\$\{?(?:0|BASH_SOURCE(?:\[0\])?)\}?\s*\)?\s*\)`,
  "`\\s*dirname\\s+\\$\\{?(?:0|BASH_SOURCE(?:\\[0\\])?)\\}?\\s*`",
  String.raw`\$\{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\}`,
  String.raw`\$\{0:[ah]:h\}|\$\{0:h\}|\$\{\$\{\(%\):-%x\}:[ah]?:?h\}`,
].map((spelling) => new RegExp(`^(?:${spelling})`));

interface SourcePath {
  own: boolean;
  variable: boolean;
  /** Absent: computed at run time. */
  path?: string;
}

function readPath(raw: string): SourcePath {
  const text = raw.replace(/["']/g, "").trim();
  for (const spelling of ownFolder) {
    const match = spelling.exec(text);
    if (match === null) continue;
    const rest = text.slice(match[0].length);
    return isLiteral(rest) && rest !== ""
      ? { own: true, variable: false, path: `.${match[1] ?? ""}${rest}` }
      : { own: true, variable: false };
  }
  const variable = /^(?:\$\w+|\$\{\w+(?::?[-=?][^}]*)?\})(?=\/)/.exec(text);
  const rest = variable === null ? text : text.slice(variable[0].length);
  if (!isLiteral(rest) || rest === "") return { own: false, variable: variable !== null };
  if (variable !== null && /^\$\{?(HOME|XDG_\w+)\b/.test(text))
    return { own: false, variable: false, path: `~${rest}` };
  return { own: false, variable: variable !== null, path: rest };
}

function isLiteral(path: string): boolean {
  return !/[$`*?(){}<>|&;\s]/.test(path);
}
