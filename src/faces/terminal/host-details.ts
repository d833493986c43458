import { bytes, counted, roughly } from "../format.ts";
import type { HostProgress } from "../progress/host-progress.ts";
import { shares } from "../progress/measure.ts";
import type { ProgressState } from "../progress/progress-state.ts";
import { rates } from "../progress/recent.ts";
import { hostNotes, hostWord, isThere, slotsInUse } from "./host-state.ts";
import { type Line, padded, shortened, span } from "./spans.ts";

/** Everything that is known of one host, and what happened to it last. */
export function hostDetails(
  state: ProgressState,
  name: string | undefined,
  now: number,
  width: number,
  room: number,
): Line[] {
  const index = state.hosts.findIndex((host) => host.name === name);
  const host = state.hosts[index];
  if (host === undefined) return [];
  const { word, tone } = hostWord(host);
  const facts = factsOf(host, shares(state)[index] ?? 0, now, state.pausedAt ?? now).filter(
    ([, text]) => text !== "",
  );
  const rows = facts.map(([label, text]): Line => [
    span(` ${padded(label, 9)}`, "dim"),
    span(shortened(text, width - 10)),
  ]);
  const head: Line = [span(` ${host.name}  `, "strong"), span(word, tone)];
  const notes = state.notes
    .filter((note) => note.host === host.name)
    .toReversed()
    .map((note): Line => [span(shortened(` ${note.at.slice(11, 19)}  ${note.text}`, width), "dim")]);
  return [head, ...rows, [], ...notes].slice(0, room);
}

function factsOf(
  host: HostProgress,
  share: number,
  now: number,
  measuredAt: number,
): [label: string, text: string][] {
  const measured = host.recent === undefined ? undefined : rates(host.recent, measuredAt, 500);
  const memory = host.freeMemory === undefined ? "" : `${bytes(host.freeMemory)} free`;
  const disk = host.freeDisk === undefined ? "" : `${bytes(host.freeDisk)} free`;
  const running = host.leases
    .slice(0, host.slots ?? host.leases.length)
    .map(({ unit, attempt }) => (attempt > 1 ? `${unit} (attempt ${attempt})` : String(unit)));
  return [
    ["now", hostNotes(host, now)[0] ?? ""],
    ["why", host.phase === "ready" ? "" : host.reason],
    ["again in", host.restUntil === undefined || host.restUntil <= now ? "" : roughly(host.restUntil - now)],
    ["platform", host.platform ?? ""],
    ["slots", host.slots === undefined ? "" : `${slotsInUse(host)} of ${host.slots} in use`],
    ["units", running.join(", ")],
    ["load", host.load === undefined ? "" : host.load.toFixed(2)],
    ["memory", memory],
    ["disk", disk],
    [
      "done",
      `${counted(host.files, "file")}, ${bytes(host.bytes)}, ${Math.round(share * 100)} % of the work`,
    ],
    [
      "rate",
      measured === undefined || !isThere(host) ? "" : `${bytes(Math.round(measured.bytesPerSecond))}/s`,
    ],
    ["retried", host.retries === 0 ? "" : counted(host.retries, "unit")],
    ["sent", host.sent + host.saved === 0 ? "" : `${bytes(host.sent)}, ${bytes(host.saved)} it had already`],
    [
      "agent",
      host.started === undefined
        ? ""
        : { warm: "was there", cold: "was sent", shipped: "was sent, with a Node" }[host.started],
    ],
    ["answered", host.units === 0 ? "" : counted(host.units, "unit")],
  ];
}
