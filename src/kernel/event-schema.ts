import * as v from "valibot";

/**
 * Every event caelum can emit. The union is append-only: a reader of version 1 may meet event types it does not
 * know and must skip them; fields are added, never renamed. `docs/reference/events.md` is generated from here.
 */
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const hostName = v.pipe(v.string(), v.description("name of the host in the fleet"));

const platformName = v.pipe(
  v.string(),
  v.description("name of the platform: `linux`, `mac`, `win` or a label"),
);
const unitId = v.pipe(v.string(), v.description("the unit: `project|runner|file`"));

const bodies = {
  "run.started": v.object({
    type: v.literal("run.started"),
    command: v.pipe(v.string(), v.description("the command, without its arguments: `analyze`")),
    root: v.pipe(v.string(), v.description("absolute path of the project")),
    version: v.pipe(v.string(), v.description("version of caelum")),
  }),
  "files.found": v.object({
    type: v.literal("files.found"),
    files: v.pipe(count, v.description("files that will be analysed")),
    bytes: count,
    skipped: v.pipe(count, v.description("files left out; the report says why")),
    searched: v.pipe(
      v.optional(v.object({ files: count, bytes: count })),
      v.description("those of them whose text is searched for secrets"),
    ),
  }),
  "cache.used": v.object({
    type: v.literal("cache.used"),
    hits: count,
    misses: count,
  }),
  "copies.started": v.object({
    type: v.literal("copies.started"),
    files: v.pipe(count, v.description("measured files that are searched for copies of each other")),
  }),
  "cache.failed": v.object({
    type: v.literal("cache.failed"),
    message: v.pipe(v.string(), v.description("why the cache could not be used; the run goes on without it")),
  }),
  "unit.finished": v.object({
    type: v.literal("unit.finished"),
    host: v.string(),
    unit: count,
    files: count,
    bytes: count,
    ms: v.pipe(v.number(), v.description("time from lease to result, milliseconds")),
  }),
  "unit.retried": v.object({
    type: v.literal("unit.retried"),
    host: v.string(),
    unit: count,
    reason: v.string(),
  }),
  "file.quarantined": v.object({
    type: v.literal("file.quarantined"),
    path: v.string(),
    reason: v.string(),
    unit: v.optional(v.pipe(count, v.description("the unit it was in, alone; it ends with it"))),
  }),
  "worker.lost": v.object({
    type: v.literal("worker.lost"),
    host: v.string(),
    reason: v.pipe(v.string(), v.description("signal, exit code or time-out")),
  }),
  "lease.started": v.object({
    type: v.literal("lease.started"),
    host: v.pipe(v.string(), v.description("name of the host in the fleet")),
    unit: v.pipe(count, v.description("number of the unit; a retry or a copy of the same items keeps it")),
    attempt: v.pipe(count, v.description("from 1; counts how often these items were given out")),
    items: v.pipe(count, v.description("items in the unit; files, for an analysis")),
    weight: v.pipe(
      v.number(),
      v.description("expected cost in the unit of the work; bytes, for an analysis"),
    ),
  }),
  "unit.copied": v.object({
    type: v.literal("unit.copied"),
    host: v.pipe(v.string(), v.description("host that runs the copy, since another is expected to be late")),
    unit: v.pipe(count, v.description("number of the unit; the first result of it counts")),
    attempt: v.pipe(count, v.description("from 1; counts how often these items were given out")),
  }),
  "host.state": v.object({
    type: v.literal("host.state"),
    host: v.pipe(v.string(), v.description("name of the host in the fleet")),
    state: v.pipe(
      v.picklist(["ready", "busy", "resting", "probing", "left"]),
      v.description(
        "`ready` gets work; `busy` is above its load limit; `resting` was lost or failed repeatedly; `probing` gets one small unit to show that it is well; `left` was dropped",
      ),
    ),
    reason: v.pipe(v.string(), v.description("why the state changed")),
  }),
  "fallback.started": v.object({
    type: v.literal("fallback.started"),
    host: v.pipe(v.string(), v.description("host that joins since no other can do what is left")),
    reason: v.string(),
  }),
  "host.connecting": v.object({
    type: v.literal("host.connecting"),
    host: hostName,
  }),
  "host.ready": v.object({
    type: v.literal("host.ready"),
    host: hostName,
    slots: v.pipe(count, v.description("units it does at once")),
    cores: v.pipe(count, v.description("processors that Node may use there")),
    platform: v.pipe(v.string(), v.description("as Node names it, with the processor: `linux-x64`")),
    started: v.pipe(
      v.picklist(["warm", "cold", "shipped"]),
      v.description("`warm`: it had everything; `cold`: the agent was sent; `shipped`: a Node as well"),
    ),
    ms: v.pipe(v.number(), v.description("from the first attempt to the last worker that was ready")),
  }),
  "host.failed": v.object({
    type: v.literal("host.failed"),
    host: hostName,
    step: v.pipe(
      v.picklist([
        "resolve",
        "connect",
        "host-key",
        "authenticate",
        "session",
        "agent",
        "workers",
        "content",
      ]),
      v.description("how far it came; `caelum fleet doctor` walks the same steps"),
    ),
    message: v.pipe(v.string(), v.description("what happened, with the host's name")),
    hint: v.optional(v.pipe(v.string(), v.description("what to do about it"))),
    retry: v.pipe(v.boolean(), v.description("it is tried again while this run lasts")),
  }),
  "host.vitals": v.object({
    type: v.literal("host.vitals"),
    host: hostName,
    load: v.pipe(v.number(), v.description("load average of the last minute; 0 on Windows")),
    freeMemory: v.pipe(count, v.description("bytes")),
    freeDisk: v.pipe(count, v.description("bytes, where the agent keeps its files")),
  }),
  transfer: v.object({
    type: v.literal("transfer"),
    host: hostName,
    sent: v.pipe(count, v.description("bytes of content sent to it so far, before compression")),
    saved: v.pipe(count, v.description("bytes that did not travel because it had them")),
  }),
  "fleet.changed": v.object({
    type: v.literal("fleet.changed"),
    joined: v.pipe(v.array(v.string()), v.description("hosts that are new in the fleet file")),
    left: v.pipe(v.array(v.string()), v.description("hosts that are no longer in it")),
    problem: v.optional(
      v.pipe(v.string(), v.description("why the file cannot be used; the fleet stays as it was")),
    ),
  }),
  "fleet.summary": v.object({
    type: v.literal("fleet.summary"),
    hosts: v.array(
      v.object({
        host: hostName,
        slots: v.pipe(count, v.description("units it did at once")),
        files: v.pipe(count, v.description("whose result counted")),
        bytes: v.pipe(count, v.description("of these files")),
        share: v.pipe(v.number(), v.description("of the measured work, from 0 to 1")),
        busyMs: v.pipe(v.number(), v.description("time its slots were under lease, added up")),
        retries: v.pipe(count, v.description("units it was given and did not answer")),
        sent: v.pipe(count, v.description("bytes of content sent to it, before compression")),
        saved: v.pipe(count, v.description("bytes that it had already")),
      }),
    ),
    failed: v.pipe(
      v.array(v.object({ host: hostName, step: v.string(), message: v.string() })),
      v.description("hosts that could not be used at the end"),
    ),
    retried: v.pipe(
      v.array(v.object({ host: hostName, reason: v.string(), units: count })),
      v.description("what was given out again, and why"),
    ),
    ms: v.pipe(v.number(), v.description("from the first lease to the last result")),
    speedUp: v.optional(
      v.pipe(
        v.number(),
        v.description("against the fastest of the hosts alone, computed from the speed each has shown"),
      ),
    ),
    sent: v.pipe(count, v.description("bytes of content, before compression")),
    saved: v.pipe(count, v.description("bytes that did not travel because hosts had them")),
    copies: v.pipe(count, v.description("units that ran on two hosts because one was late")),
    fellBack: v.pipe(v.boolean(), v.description("this machine stepped in because no host was left")),
  }),
  "tests.found": v.object({
    type: v.literal("tests.found"),
    platform: platformName,
    host: v.pipe(v.string(), v.description("host that listed them")),
    units: v.pipe(count, v.description("pieces that are run as a whole: mostly test files")),
    projects: v.array(
      v.object({
        project: v.pipe(v.string(), v.description("folder below the root; empty: the root itself")),
        runner: v.string(),
        because: v.pipe(v.string(), v.description("what it was recognised by")),
        units: count,
      }),
    ),
  }),
  "tests.planned": v.object({
    type: v.literal("tests.planned"),
    platform: platformName,
    units: v.pipe(count, v.description("that are going to be run, repetitions included")),
    weight: v.pipe(v.number(), v.description("expected cost of all, in the unit of `lease.started`")),
    expectedMs: v.exactOptional(
      v.pipe(v.number(), v.description("how long all will take, if earlier runs have told")),
    ),
  }),
  "tests.started": v.object({
    type: v.literal("tests.started"),
    platform: platformName,
    host: hostName,
    unit: unitId,
  }),
  "test.finished": v.object({
    type: v.literal("test.finished"),
    platform: platformName,
    host: hostName,
    unit: unitId,
    file: v.pipe(v.string(), v.description("below the root, with `/`")),
    title: v.pipe(v.array(v.string()), v.description("from the outermost suite to the test")),
    outcome: v.picklist(["passed", "failed", "skipped", "todo"]),
    ms: v.pipe(v.number(), v.description("what the runner measured")),
    attempt: v.pipe(count, v.description("from 1; the last one counts")),
    message: v.optional(v.pipe(v.string(), v.description("first line of the failure"))),
    reproduce: v.optional(v.pipe(v.string(), v.description("the command for this one test"))),
  }),
  "tests.finished": v.object({
    type: v.literal("tests.finished"),
    platform: platformName,
    host: hostName,
    unit: unitId,
    attempt: count,
    end: v.pipe(
      v.picklist(["done", "broken", "crashed", "timeout"]),
      v.description(
        "`done`: the runner went through it; `broken`: it could not be loaded; `crashed`: it took its runner down; `timeout`: it was ended",
      ),
    ),
    ms: v.pipe(v.number(), v.description("wall time including loading")),
    passed: count,
    failed: count,
    skipped: v.pipe(count, v.description("with those that have nothing to run yet")),
    message: v.optional(v.string()),
    reproduce: v.optional(
      v.pipe(
        v.string(),
        v.description("unless it is done: the command for it, or for the test that was running"),
      ),
    ),
  }),
  "tests.retried": v.object({
    type: v.literal("tests.retried"),
    platform: platformName,
    units: v.pipe(
      count,
      v.description("that failed and are tried again, on another host where there is one"),
    ),
    attempt: v.pipe(count, v.description("the one that begins")),
  }),
  "test.flaky": v.object({
    type: v.literal("test.flaky"),
    platform: platformName,
    file: v.string(),
    title: v.array(v.string()),
    hosts: v.pipe(v.array(v.string()), v.description("where it was tried, in this order")),
  }),
  "tests.note": v.object({
    type: v.literal("tests.note"),
    platform: v.optional(platformName),
    host: v.optional(hostName),
    text: v.pipe(v.string(), v.description("a sentence for people")),
  }),
  "platform.finished": v.object({
    type: v.literal("platform.finished"),
    platform: platformName,
    complete: v.boolean(),
    ms: v.pipe(v.number(), v.description("from the first lease to the last result")),
    missing: v.pipe(count, v.description("units without a counted result")),
  }),
  "run.finished": v.object({
    type: v.literal("run.finished"),
    exitCode: count,
    complete: v.pipe(v.boolean(), v.description("false when anything that was asked for is missing")),
    ms: v.number(),
  }),
} as const;

const envelope = {
  v: v.pipe(v.literal(1), v.description("version of the event format")),
  run: v.pipe(v.string(), v.description("name of the run")),
  seq: v.pipe(count, v.description("counts from 0 without gaps within a run")),
  at: v.pipe(v.string(), v.isoTimestamp(), v.description("UTC, ISO 8601")),
} as const;

type Bodies = { [K in keyof typeof bodies]: v.InferOutput<(typeof bodies)[K]> };
export type EventBody = Bodies[keyof Bodies];
type Envelope = { v: 1; run: string; seq: number; at: string };
export type CaelumEvent = EventBody & Envelope;

/** For the reference pages and for readers of stored events. */
export const eventSchemas = { envelope, bodies };
