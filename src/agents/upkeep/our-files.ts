import path from "node:path";
import { type Host, HostError, HostSessionError, type Link } from "#fleet";
import { probeWindows } from "../bootstrap/start-windows.ts";
import { localAgentFolder } from "../local-agent-folder.ts";
import { runScript } from "./run-script.ts";

/** What of ours may lie in a folder of ours. */
export const ourKinds = ["agents", "runtimes", "blobs", "workspaces"] as const;
export type OurKind = (typeof ourKinds)[number];

export interface OurFiles {
  kind: OurKind;
  count: number;
  bytes: number;
}

/** A folder of ours on a host. */
export interface OurFolder {
  path: string;
  files: readonly OurFiles[];
  /** Process ids of agents that work in it now. */
  running: readonly number[];
  /** SHA-256 of the agents that lie there. */
  agents: readonly string[];
  /** What was removed, or would be. */
  freed: readonly OurFiles[];
}

export interface OurState {
  folders: readonly OurFolder[];
  /** Load average of a minute; undefined where nobody tells. */
  load?: number;
  cores?: number;
}

/** What is to go: `none` only looks. */
export interface Removal {
  mode: "none" | "dry" | "remove";
  /** An agent to keep, by its hash; `-`: none. */
  keepAgent: string;
  /** Runtimes to keep, by their ids. */
  keepRuntimes: readonly string[];
  /** Blobs used since are kept; 0: none is. */
  blobMinutes: number;
  /** Workspaces and interrupted uploads younger than this are kept; 0: none is. */
  workspaceMinutes: number;
}

const hex = "[0-9a-f]";
const anySha = hex.repeat(64);
const anyNonce = hex.repeat(18);
/** What the agent's blob store calls what is not complete yet. */
const temporaryName = hex.repeat(24);
/** A tree that was tested here; `projectName` of the testing slice. */
const workspaceName = `*-${hex.repeat(12)}`;
/** What a test run would use again; the same bound as its own. */
const treeMinutes = 30 * 24 * 60;
const runtimeName = "node-*-[0-9]*.[0-9]*.[0-9]*";

/**
 * Removes by our own names only, and never through a symbolic link: a folder that somebody chose may hold other things,
 * and on a controller's own machine it holds the caches. `-O` and the mode are what the start of an agent checks, too.
 */
const script = `h=$1; only=$2; mode=$3; agent=$4; rt=$5; bm=$6; wm=$7; [ "$h" = - ] && h=
u=$(id -u); busy=; seen=:
keep=; for i in $(echo "$rt" | tr , ' '); do keep="$keep ! -name $i"; done
if [ "$bm" = 0 ]; then bm=; else bm="-mmin +$bm"; fi
if [ "$wm" = 0 ]; then wm=; tm=; else wm="-mmin +$wm"; tm="-mmin +${treeMinutes}"; fi
all() { [ -d "$1" ] && ! [ -L "$1" ]; }
size() { s=0; c=0; while read -r k x; do s=$((s + k)); c=$((c + 1)); done; echo "$c $s"; }
# On Linux the kernel tells more than the many kinds of ps.
agents() {
  if [ -r /proc/self/cmdline ]; then
    for q in /proc/[0-9]*; do
      [ -O "$q" ] || continue
      a=$(tr '\\000' '\\n' < "$q/cmdline" 2>/dev/null | tail -n 3 | tr '\\n' ' ')
      case $a in *" "${anySha}" $1 ") echo "\${q#/proc/}";; *"agent.cjs "*" $1 ") echo "\${q#/proc/}";; esac
    done
  else
    ps -axww -o pid=,command= 2>/dev/null | while read -r i a; do
      case $a in *" "${anySha}" $1") echo "$i";; *"agent.cjs "*" $1") echo "$i";; esac
    done
  fi
}
# KIND FOLDER FIND-TEST...: counts what there is.
look() { k=$1; f=$2; shift 2; all "$f" && say FILES "$k $(find "$f" "$@" -exec du -sk {} + 2>/dev/null | size)"; }
# The same, and removes it.
drop() {
  k=$1; f=$2; shift 2; all "$f" || return 0
  say FREED "$k $(find "$f" "$@" -exec du -sk {} + 2>/dev/null | size)"
  [ "$mode" = remove ] && find "$f" "$@" -exec rm -rf {} + 2>/dev/null
}
set -- "$h"
[ "$only" = 1 ] || set -- "$h" "$CAELUM_HOME" "\${XDG_CACHE_HOME:-$HOME/.cache}/caelum" "/var/tmp/caelum-$u" "/tmp/caelum-$u" "/dev/shm/caelum-$u"
for p do
  [ -n "$p" ] && all "$p" && [ -O "$p" ] || continue
  p=$(cd "$p" 2>/dev/null && pwd -P) || continue
  case $seen in *":$p:"*) continue;; esac
  seen="$seen$p:"
  all "$p/agent" || all "$p/blobs" || all "$p/rt" || continue
  say FOLDER "$p"
  for i in $(agents "$p"); do say RUNNING "$i"; busy=1; done
  for q in "$p"/agent/*.cjs; do [ -f "$q" ] && q=\${q##*/} && say AGENT "\${q%.cjs}"; done
  look agents "$p/agent" -type f -name '${anySha}.cjs'
  look runtimes "$p/rt" -mindepth 1 -maxdepth 1 -type d -name '${runtimeName}'
  look blobs "$p/blobs" -mindepth 2 -maxdepth 2 -type f -name '${anySha}'
  look workspaces "$p/tmp" -mindepth 1 -maxdepth 1 -name '${temporaryName}'
  look workspaces "$p/work" -mindepth 1 -maxdepth 1 -type d -name '${workspaceName}'
  if [ "$mode" != none ] && [ -z "$busy" ]; then
    drop agents "$p/agent" -type f -name '${anySha}.cjs' ! -name "$agent.cjs"
    drop runtimes "$p/rt" -mindepth 1 -maxdepth 1 -type d -name '${runtimeName}' $keep
    drop blobs "$p/blobs" -mindepth 2 -maxdepth 2 -type f -name '${anySha}' $bm
    drop workspaces "$p/tmp" -mindepth 1 -maxdepth 1 -name '${temporaryName}' $wm
    drop workspaces "$p/work" -mindepth 1 -maxdepth 1 -type d -name '${workspaceName}' $tm
    [ "$mode" = remove ] && [ -z "$tm" ] && all "$p/work" && rm -f "$p/work/.looked"
    drop workspaces "$p" -mindepth 1 -maxdepth 1 -type f -name '[pr]u[tn].[0-9]*.${anyNonce}' $wm
    if [ "$mode" = remove ]; then
      rmdir "$p"/blobs/?? "$p/blobs" "$p/agent" "$p/rt" "$p/tmp" "$p/work" 2>/dev/null
      [ "$only" = 1 ] || rmdir "$p" 2>/dev/null
    fi
  fi
  busy=
done
[ -r /proc/loadavg ] && read -r l x < /proc/loadavg
[ -n "$l" ] || l=$(uptime 2>/dev/null | sed -n 's/.*average[s]*: *\\([0-9.]*\\).*/\\1/p')
say LOAD "\${l:--} $(getconf _NPROCESSORS_ONLN 2>/dev/null || nproc 2>/dev/null)"
`;

/** A Windows host: nothing there runs the script that looks and removes. */
class NoPosixError extends HostError {
  constructor(host: string) {
    super(
      "CAELUM_HOST_NOT_POSIX",
      host,
      "session",
      "is Windows, where caelum cannot look for its files yet",
      {
        hint: "what is ours lies in %LOCALAPPDATA%\\caelum: agent, rt, blobs and tmp may be deleted while nothing runs",
      },
    );
  }
}

/** Looks for what is ours on a host, and removes some of it. No agent is needed there, only a POSIX shell. */
export async function ourFiles(
  host: Host,
  link: Link,
  removal: Removal,
  signal: AbortSignal,
): Promise<OurState> {
  const isLocal = host.address.type === "local";
  const folder = host.agentFolder ?? (isLocal ? path.resolve(localAgentFolder()) : "");
  const { mode, keepAgent, keepRuntimes, blobMinutes, workspaceMinutes } = removal;
  const args = [folder, isLocal ? "1" : "0", mode, keepAgent, keepRuntimes.join(",")];
  const minutes = [blobMinutes, workspaceMinutes].map(String);
  if (host.platform === "windows") throw new NoPosixError(host.name);
  try {
    const { lines } = await runScript(host, link, script, [...args, ...minutes], signal);
    return parseOurState(lines);
  } catch (error) {
    const mayBeWindows = error instanceof HostSessionError && host.platform === undefined && !isLocal;
    if (mayBeWindows && (await probeWindows(host, link, signal)) !== undefined)
      throw new NoPosixError(host.name);
    throw error;
  }
}

export function parseOurState(lines: readonly (readonly [word: string, rest: string])[]): OurState {
  const folders: { -readonly [K in keyof OurFolder]: Writable<OurFolder[K]> }[] = [];
  let machine: Omit<OurState, "folders"> = {};
  for (const [word, rest] of lines) {
    const folder = folders.at(-1);
    if (word === "FOLDER") folders.push({ path: rest, files: [], running: [], agents: [], freed: [] });
    else if (word === "LOAD") machine = parseLoad(rest);
    else if (word === "RUNNING") folder?.running.push(Number(rest));
    else if (word === "AGENT") folder?.agents.push(rest);
    else if (word === "FILES") folder?.files.push(...parseFiles(rest));
    else if (word === "FREED") folder?.freed.push(...parseFiles(rest));
  }
  return { folders, ...machine };
}

type Writable<T> = T extends readonly (infer E)[] ? E[] : T;

function parseFiles(rest: string): OurFiles[] {
  const [kind, count, kilobytes] = rest.split(" ");
  const known = ourKinds.find((each) => each === kind);
  return known === undefined ? [] : [{ kind: known, count: Number(count), bytes: Number(kilobytes) * 1024 }];
}

function parseLoad(rest: string): Omit<OurState, "folders"> {
  const [load, cores] = rest.split(" ").map(Number);
  return {
    ...(load === undefined || Number.isNaN(load) ? {} : { load }),
    ...(cores === undefined || !(cores > 0) ? {} : { cores }),
  };
}
