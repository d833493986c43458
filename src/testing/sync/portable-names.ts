import { UnportableTreeError } from "./errors.ts";
import { type BytePath, bytePath, type Entry, shownPath } from "./manifest.ts";

export type HostSystem = "linux" | "darwin" | "win32";

const names: Record<HostSystem, string> = { linux: "Linux", darwin: "macOS", win32: "Windows" };

/** What Windows keeps for devices, also with an extension. https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const devices = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

/**
 * Refuses, by name and before anything is sent, what one of these systems cannot hold: names that Windows has no way to
 * write, names that are one where case or Unicode form does not count, bytes that are no text.
 * @throws UnportableTreeError
 */
export function requirePortable(entries: readonly Entry[], systems: readonly HostSystem[]): void {
  const problems = [...new Set(systems)].flatMap((system) => problemsOn(system, entries));
  if (problems.length > 0) throw new UnportableTreeError([...new Set(problems)]);
}

function problemsOn(system: HostSystem, entries: readonly Entry[]): string[] {
  if (system === "linux") return [];
  const problems: string[] = [];
  const seen = new Map<string, BytePath>();
  const folders = new Set<BytePath>();
  for (const { path } of entries) {
    const shown = shownPath(path);
    if (bytePath(shown) !== path) {
      problems.push(`"${shown}" is no text, which names on ${names[system]} are`);
      continue;
    }
    const said = system === "win32" ? windowsProblem(shown) : undefined;
    if (said !== undefined) problems.push(`"${shown}" ${said}`);
    // Folders may differ in case as well: `Docs/a` and `docs/b`.
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) continue;
      folders.add(folder);
      collide(folder);
    }
    collide(path);
  }
  return problems;

  function collide(path: BytePath): void {
    const folded = shownPath(path).normalize("NFC").toLowerCase();
    const other = seen.get(folded);
    if (other === undefined) seen.set(folded, path);
    else if (other !== path)
      problems.push(`"${shownPath(other)}" and "${shownPath(path)}" are the same on ${names[system]}`);
  }
}

function windowsProblem(path: string): string | undefined {
  for (const name of path.split("/")) {
    const character = name.split("").find((each) => '<>:"|?*\\'.includes(each) || each < " ");
    if (character !== undefined) return `holds ${JSON.stringify(character)}, which no name on Windows may`;
    if (/[. ]$/.test(name)) return "ends with a dot or a space, which Windows drops";
    if (devices.test(name)) return "is the name of a device on Windows";
  }
  return undefined;
}
