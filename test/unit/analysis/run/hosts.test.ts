import path from "node:path";
import { expect, test } from "vitest";
import { analyze, type AnalyzeOptions } from "#analysis";
import type { FleetPlan, RunControl } from "#crew";
import { type Host, localHost } from "#fleet";
import { type CaelumEvent, EventStream, systemClock } from "#kernel";
import { copyRealSources } from "../../../helpers/real-sources.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

/** Hosts of this machine are hosts like others: what the schedule does with them needs no SSH. */
function here(name: string, more: Partial<Host> = {}): Host {
  return { ...localHost, name, slots: 1, agentFolder: temporaryFolder(), ...more };
}

interface Run {
  events: CaelumEvent[];
  finished: ReturnType<typeof analyze>;
}

function start(
  project: string,
  fleet: FleetPlan,
  onEvent: (event: CaelumEvent, control: RunControl | undefined) => void = () => undefined,
): Run {
  const events: CaelumEvent[] = [];
  const stream = new EventStream("test", systemClock);
  let control: RunControl | undefined;
  stream.subscribe((event) => {
    events.push(event);
    onEvent(event, control);
  });
  const options: AnalyzeOptions = {
    fleet,
    cache: false,
    only: [],
    maxFileSize: 2_000_000,
    limits: {},
    exclude: [],
    submodules: false,
  };
  const context = {
    events: stream,
    signal: new AbortController().signal,
    clock: systemClock,
    onControl: (given: RunControl) => (control = given),
  };
  return { events, finished: analyze(project, options, context) };
}

function realProject(): string {
  const project = temporaryFolder();
  copyRealSources(project);
  return project;
}

test("a host that is dropped ends, and the others do its work", async () => {
  let dropped = false;
  const { events, finished } = start(
    realProject(),
    { hosts: [here("one"), here("two")], fallback: undefined },
    (event, control) => {
      if (dropped || event.type !== "unit.finished" || event.host !== "one") return;
      dropped = true;
      control?.dropHost("one");
    },
  );
  expect((await finished).complete).toBe(true);
  expect(events).toContainEqual(expect.objectContaining({ type: "host.state", host: "one", state: "left" }));
  const after = events.findIndex((event) => event.type === "host.state" && event.state === "left");
  expect(
    events.slice(after).filter((event) => event.type === "lease.started" && event.host === "one"),
  ).toEqual([]);
});

test("nothing new is given out while the run is paused", async () => {
  let asked = false;
  const pausedAt: number[] = [];
  const resumedAt: number[] = [];
  const { events, finished } = start(
    realProject(),
    { hosts: [here("one")], fallback: undefined },
    (event, control) => {
      if (event.type !== "unit.finished" || asked) return;
      asked = true;
      // What was decided together with this result still begins.
      setImmediate(() => {
        control?.pause();
        pausedAt.push(events.length);
      });
      setTimeout(() => {
        resumedAt.push(events.length);
        control?.resume();
      }, 500);
    },
  );
  expect((await finished).complete).toBe(true);
  expect(resumedAt).toHaveLength(1);
  const meanwhile = events.slice(pausedAt[0], resumedAt[0]);
  expect(meanwhile.filter(({ type }) => type === "lease.started")).toEqual([]);
});

test("the summary says who did what, and its shares are the whole", async () => {
  const { events, finished } = start(realProject(), {
    hosts: [here("one"), here("two", { nodePath: path.join(temporaryFolder(), "no-node") })],
    fallback: undefined,
  });
  const { how, files } = await finished;
  const { hosts = [], failed = [] } = how.fleet ?? {};
  expect(hosts).toMatchObject([{ host: "one", slots: 1, share: 1, retries: 0 }]);
  expect(hosts[0]?.files).toBe(files.length);
  expect(failed).toMatchObject([{ host: "two", step: "agent" }]);
  expect(events.at(-1)).toMatchObject({ type: "fleet.summary", hosts });
});
