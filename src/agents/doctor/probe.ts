import type { Host, Link } from "#fleet";
import { runScript } from "../upkeep/run-script.ts";

/** What of a POSIX host matters before an agent starts there. */
export interface Probe {
  /** `uname -s`, `uname -m`, and `glibc` or `musl`. */
  system: string;
  machine: string;
  libc: string;
  /** Login shell. */
  shell: string;
  /** What it prints at a login that nobody watches. */
  noise: string;
  folders: readonly ProbedFolder[];
  /** In the order in which they are tried. */
  nodes: readonly { version: string; path: string }[];
}

export interface ProbedFolder {
  path: string;
  /** `ok`: ours and writable. */
  state: "ok" | "link" | "foreign" | "absent";
  freeKb: number;
  /** Lets programs run. */
  runs: boolean;
}

/**
 * Looks where the start of an agent looks (`bootstrap/scripts.ts`), in the same order, and tells everything in place
 * of the first that suits. Folders it had to make are removed again.
 */
const script = `h=$1; j=$2; [ "$h" = - ] && h=; [ "$j" = - ] && j=; u=$(id -u)
b=$(getconf GNU_LIBC_VERSION 2>/dev/null); b=\${b%% *}
for p in /lib/ld-musl-*; do [ -e "$p" ] && b=musl; done
say SYSTEM "$(uname -s) $(uname -m) \${b:--}"
say SHELL "$SHELL"
room() { df -Pk "$1" 2>/dev/null | tail -n 1 | { read -r x y z f w; echo "\${f:-0}"; }; }
runs() { t="$1/run.$$.$n"; echo 'exit 0' > "$t" 2>/dev/null && chmod 700 "$t" && "$t" 2>/dev/null; e=$?; rm -f "$t"; return $e; }
set -- "$h" "$CAELUM_HOME" "\${XDG_CACHE_HOME:-$HOME/.cache}/caelum" "/var/tmp/caelum-$u" "/tmp/caelum-$u" "/dev/shm/caelum-$u"
for p do
  [ -n "$p" ] || continue
  [ -d "$p" ] && made=0 || made=1
  s=ok
  if [ -L "$p" ]; then s=link
  elif ! mkdir -p "$p" 2>/dev/null || ! [ -w "$p" ]; then s=absent
  elif ! [ -O "$p" ]; then s=foreign
  fi
  r=0; f=0
  if [ $s = ok ]; then f=$(room "$p"); runs "$p" && r=1; fi
  say FOLDER "$s $f $r $p"
  [ $made = 1 ] && rmdir "$p" 2>/dev/null
done
for p in "$j" "$(command -v node)" "$HOME/.volta/bin/node" "$HOME"/.nvm/versions/node/*/bin/node \\
  "$HOME"/.local/share/fnm/node-versions/*/installation/bin/node /opt/homebrew/bin/node /usr/local/bin/node /usr/bin/node; do
  [ -n "$p" ] && [ -x "$p" ] && v=$("$p" --version 2>/dev/null) && say NODE "$v $p"
done
for p do
  if [ -n "$p" ]; then for q in "$p"/rt/*/node; do [ -x "$q" ] && v=$("$q" --version 2>/dev/null) && say NODE "$v $q"; done; fi
done
`;

export async function probeHost(host: Host, link: Link, signal: AbortSignal): Promise<Probe> {
  const { agentFolder = "", nodePath = "" } = host;
  const { lines, noise } = await runScript(host, link, script, [agentFolder, nodePath], signal);
  return { ...parseProbe(lines), noise };
}

export function parseProbe(lines: readonly (readonly [word: string, rest: string])[]): Omit<Probe, "noise"> {
  const values = (word: string): string[] => lines.filter(([each]) => each === word).map(([, rest]) => rest);
  const [system = "", machine = "", libc = "-"] = (values("SYSTEM")[0] ?? "").split(" ");
  const nodes = values("NODE").map((rest) => {
    const [version = "", ...words] = rest.split(" ");
    return { version: version.replace(/^v/, ""), path: words.join(" ") };
  });
  return {
    system,
    machine,
    libc,
    shell: values("SHELL")[0] ?? "",
    folders: values("FOLDER").map(parseFolder),
    nodes: nodes.filter(({ path }, index) => nodes.findIndex((each) => each.path === path) === index),
  };
}

function parseFolder(rest: string): ProbedFolder {
  const [state = "", freeKb = "0", runs = "0", ...words] = rest.split(" ");
  const known = (["ok", "link", "foreign"] as const).find((each) => each === state) ?? "absent";
  return { path: words.join(" "), state: known, freeKb: Number(freeKb) || 0, runs: runs === "1" };
}
