import { Inspector } from "./inspector.ts";
import { delay, type GroupedProcess } from "./process.ts";

/** Each process of a group needs a port of its own once its inspector is opened. */
export const inspectable: readonly string[] = ["--inspect-port=127.0.0.1:0"];

/**
 * Where the Nodes of a hung group are. SIGUSR1 opens the inspector even of an endless loop; then a busy thread is
 * paused for its stack, an idle one is asked what it waits for. The group is of no use afterwards.
 *
 * @param printed what the group has printed: its inspectors say there where they listen
 */
export async function nodeStacks(hung: GroupedProcess, printed: () => string): Promise<string | undefined> {
  if (hung.pid === undefined) return undefined;
  const before = inspectors(printed()).length;
  if (process.platform === "win32") debugProcess(hung.pid);
  else hung.signal("SIGUSR1");
  await delay(600);
  const urls = inspectors(printed()).slice(before);
  const told = await Promise.all(urls.slice(0, 8).map((url) => describe(url).catch(() => "")));
  // Who only waits for other processes says nothing.
  const texts = told.filter((text) => text !== "");
  return texts.length === 0 ? undefined : texts.join("\n\n");
}

/** What SIGUSR1 does elsewhere; Node has no documented way to it on Windows. */
function debugProcess(pid: number): void {
  try {
    (process as { _debugProcess?: (pid: number) => void })._debugProcess?.(pid);
  } catch {
    // It ended meanwhile.
  }
}

function inspectors(printed: string): string[] {
  return [...printed.matchAll(/Debugger listening on (ws:\/\/\S+)/g)].map(([, url]) => url ?? "");
}

interface CallFrame {
  functionName: string;
  location: { scriptId: string; lineNumber: number; columnNumber: number };
}

async function describe(url: string): Promise<string> {
  const inspector = await Inspector.connect(url);
  try {
    const urls = new Map<string, string>();
    inspector.on("Debugger.scriptParsed", (params) => {
      const { scriptId, url: source } = params as { scriptId: string; url: string };
      urls.set(scriptId, source);
    });
    // A busy thread would answer questions in between, and so say nothing of its stack: pause first.
    void inspector.ask("Debugger.enable", {}, 1);
    const paused = await inspector.awaitEvent("Debugger.paused", "Debugger.pause", 1000);
    if (paused === undefined) {
      await inspector.ask("Debugger.disable", {}, 500);
      const answer = await inspector.ask(
        "Runtime.evaluate",
        { expression: question, returnByValue: true },
        1000,
      );
      return (answer as { result?: { value?: string } } | undefined)?.result?.value ?? "";
    }
    const frames = (paused as { callFrames?: CallFrame[] }).callFrames ?? [];
    const places = frames.map(({ location }) => urls.get(location.scriptId) ?? "");
    // It was only about to read what the others print.
    if (places.every((place) => place === "" || place.startsWith("node:"))) return "";
    const lines = frames.slice(0, 30).map(({ functionName, location }, index) => {
      const place = `${places[index]}:${location.lineNumber + 1}:${location.columnNumber + 1}`;
      return `    at ${functionName === "" ? "<anonymous>" : functionName} (${place})`;
    });
    return ["a busy process:", ...lines].join("\n");
  } finally {
    inspector.close();
  }
}

/** Asked of an idle process: what keeps it alive. Pipes to its parent and processes that it waits for tell nothing. */
const question = `(() => {
  const { libuv = [], header } = process.report.getReport();
  const waits = libuv.filter((handle) => handle.is_active && handle.is_referenced && !["pipe", "process", "async", "signal"].includes(handle.type));
  const lines = waits.map(({ type, firesInMsFromNow, localEndpoint, remoteEndpoint, filename }) =>
    "    " + type + " " + JSON.stringify({ firesInMsFromNow, localEndpoint, remoteEndpoint, filename }));
  const children = libuv.some((handle) => handle.type === "process" && handle.is_active);
  if (children && lines.length === 0) return "";
  const title = "process " + header.processId + " (" + process.argv.slice(1).join(" ") + ") is idle";
  return [lines.length === 0 ? title + ": nothing would ever wake it" : title + " and waits for:", ...new Set(lines)].join("\\n");
})()`;
