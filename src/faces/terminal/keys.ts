import type { HostProgress } from "../progress/host-progress.ts";

/** What the person is doing: watching, choosing a host to drop, looking at one host. */
export interface Focus {
  readonly mode: "watch" | "drop" | "details";
  /** The chosen host. */
  readonly host: string | undefined;
}

export type Key = "p" | "d" | "q" | "up" | "down" | "enter" | "escape" | "interrupt";

export type Wish =
  | { readonly type: "pause" | "resume" | "interrupt" }
  | { readonly type: "drop"; readonly host: string };

interface Around {
  /** In the order they are shown. */
  readonly hosts: readonly HostProgress[];
  readonly paused: boolean;
  /** There is something that can be paused and dropped from. */
  readonly controllable: boolean;
}

export const watching: Focus = { mode: "watch", host: undefined };

/** What a key changes on the screen, and what it asks of the run. */
export function press(focus: Focus, key: Key, around: Around): { focus: Focus; wish?: Wish } {
  const { hosts, paused, controllable } = around;
  switch (key) {
    case "interrupt":
      return { focus, wish: { type: "interrupt" } };
    case "q":
      // Leaves what is on top first, as everywhere.
      return focus.mode === "watch" ? { focus, wish: { type: "interrupt" } } : { focus: watching };
    case "escape":
      return { focus: watching };
    case "p":
      return controllable ? { focus, wish: { type: paused ? "resume" : "pause" } } : { focus };
    case "d":
      return controllable && droppable(hosts).length > 0
        ? { focus: { mode: "drop", host: nearest(droppable(hosts), focus.host) } }
        : { focus };
    case "up":
    case "down":
      return { focus: { ...focus, host: neighbour(choosable(focus, hosts), focus.host, key) } };
    case "enter":
      return enter(focus, hosts);
  }
}

function enter(focus: Focus, hosts: readonly HostProgress[]): { focus: Focus; wish?: Wish } {
  const host = nearest(choosable(focus, hosts), focus.host);
  if (host === undefined || focus.mode === "details") return { focus: watching };
  if (focus.mode === "drop") return { focus: watching, wish: { type: "drop", host } };
  return { focus: { mode: "details", host } };
}

function choosable({ mode }: Focus, hosts: readonly HostProgress[]): readonly HostProgress[] {
  return mode === "drop" ? droppable(hosts) : hosts;
}

function droppable(hosts: readonly HostProgress[]): readonly HostProgress[] {
  return hosts.filter(({ phase }) => phase !== "dropped" && phase !== "failed");
}

function nearest(hosts: readonly HostProgress[], name: string | undefined): string | undefined {
  return hosts.some((host) => host.name === name) ? name : hosts[0]?.name;
}

function neighbour(
  hosts: readonly HostProgress[],
  name: string | undefined,
  way: "up" | "down",
): string | undefined {
  const index = hosts.findIndex((host) => host.name === name);
  if (index === -1) return (way === "down" ? hosts[0] : hosts.at(-1))?.name;
  const next = index + (way === "down" ? 1 : -1);
  return hosts[Math.max(0, Math.min(hosts.length - 1, next))]!.name;
}
