import { count } from "../format.ts";
import type { HostProgress } from "../progress/host-progress.ts";
import { hostWord, slotsInUse } from "./host-state.ts";

/** All in the order of the fleet where there is room for all; else the troubled first, then the busiest. */
export function inOrder(hosts: readonly HostProgress[], room: number): readonly HostProgress[] {
  return hosts.length <= room
    ? hosts
    : hosts.toSorted((a, b) => urgency(a) - urgency(b) || slotsInUse(b) - slotsInUse(a));
}

/** The part of an ordered list that gets a line each: it scrolls when the chosen one would be below the last line. */
export function windowOf(
  ordered: readonly HostProgress[],
  room: number,
  chosen: string | undefined,
): { shown: readonly HostProgress[]; rest: readonly HostProgress[] } {
  if (ordered.length <= room) return { shown: ordered, rest: [] };
  const lines = Math.max(1, room - 1);
  const index = ordered.findIndex(({ name }) => name === chosen);
  const start = Math.max(0, Math.min(index - lines + 1, ordered.length - lines));
  return {
    shown: ordered.slice(start, start + lines),
    rest: [...ordered.slice(0, start), ...ordered.slice(start + lines)],
  };
}

/** `and 183 more: 180 busy, 3 idle`. */
export function restText(rest: readonly HostProgress[]): string {
  const words = new Map<string, number>();
  for (const host of rest) {
    const { word } = hostWord(host);
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  const counted = [...words]
    .toSorted(([, a], [, b]) => b - a)
    .map(([word, hosts]) => `${count(hosts)} ${word}`);
  return `and ${count(rest.length)} more: ${counted.join(", ")}`;
}

function urgency({ phase }: HostProgress): number {
  switch (phase) {
    case "lost":
    case "resting":
      return 0;
    case "probing":
    case "loaded":
      return 1;
    case "ready":
      return 2;
    case "connecting":
      return 3;
    // Nothing more will come of these in this run.
    case "failed":
      return 4;
    case "new":
    case "dropped":
      return 5;
  }
}
