import type { EventBody } from "#kernel";
import { bytes, count, counted, seconds } from "../format.ts";
import { columns } from "../report/columns.ts";
import { plainReason } from "./host-progress.ts";
import { oneLine } from "./safe-text.ts";

export type FleetSummary = Omit<Extract<EventBody, { type: "fleet.summary" }>, "type">;

const shownHosts = 12;
const shownReasons = 6;

/** Who did what in a run over a fleet: a few lines for the end, best first. */
export function fleetSummary(summary: FleetSummary, width: number): string[] {
  const worked = summary.hosts.filter(({ files }) => files > 0);
  return [
    ...headline(summary, worked.length, width),
    ...hostLines(summary, width),
    ...transferLines(summary),
    ...summary.retried
      .toSorted((a, b) => b.units - a.units)
      .slice(0, shownReasons)
      .map(
        ({ host, reason, units }) =>
          `  ${host}: ${unitsWere(units)} tried again: ${oneLine(plainReason(host, reason))}`,
      ),
    ...summary.failed
      .slice(0, shownReasons)
      .map(
        ({ host, step, message }) => `  ${host}: not used, ${step}: ${oneLine(plainReason(host, message))}`,
      ),
    ...more(summary.retried.length, "reason"),
    ...more(summary.failed.length, "host"),
  ];
}

/** What matters most, and below it what does not fit beside it. */
function headline({ ms, speedUp, copies, fellBack }: FleetSummary, hosts: number, width: number): string[] {
  const parts = [seconds(ms)];
  // With one host there is nothing to compare.
  if (speedUp !== undefined && hosts > 1) parts.push(`${speedUp.toFixed(1)}× the fastest of them alone`);
  if (copies > 0) parts.push(`${counted(copies, "late unit")} copied`);
  if (fellBack) parts.push("this machine stepped in");
  const lines = [`fleet   ${counted(hosts, "host")} worked`];
  for (const part of parts) {
    const longer = `${lines.at(-1)}   ${part}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(`  ${part}`);
  }
  return lines;
}

function hostLines({ hosts }: FleetSummary, width: number): string[] {
  const ordered = hosts.toSorted((a, b) => b.share - a.share);
  const rows = ordered
    .slice(0, shownHosts)
    .map(({ host, slots, share, files, bytes: size, retries }) => [
      `  ${host}`,
      `${Math.round(share * 100)} %`,
      counted(files, "file"),
      bytes(size),
      slots === 0 ? "" : counted(slots, "slot"),
      retries === 0 ? "" : `${counted(retries, "unit")} not answered`,
    ]);
  const right = { right: true };
  const lines = columns(
    rows,
    [{}, right, right, right, { right: true, optional: true }, { optional: true }],
    width,
  );
  const rest = ordered.slice(shownHosts);
  if (rest.length === 0) return lines;
  const part = rest.reduce((sum, { share }) => sum + share, 0);
  return [...lines, `  and ${count(rest.length)} more: ${Math.round(part * 100)} %`];
}

function transferLines({ sent, saved }: FleetSummary): string[] {
  if (sent + saved === 0) return [];
  return [`  ${bytes(sent)} sent${saved === 0 ? "" : `, ${bytes(saved)} were there already`}`];
}

function unitsWere(units: number): string {
  return units === 1 ? "1 unit was" : `${count(units)} units were`;
}

function more(entries: number, noun: string): string[] {
  return entries > shownReasons ? [`  and ${counted(entries - shownReasons, `more ${noun}`)}`] : [];
}
