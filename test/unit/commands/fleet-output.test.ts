import { PassThrough, Writable } from "node:stream";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "#agents";
import { localHost } from "#fleet";
import { durationMs } from "../../../commands/fleet/duration.ts";
import { judgeExec, judgeFolder, judgeNode, judgeSpace } from "../../../src/agents/doctor/judge.ts";
import { type Probe, parseProbe } from "../../../src/agents/doctor/probe.ts";
import { sshCommand } from "../../../src/agents/doctor/fixes.ts";
import { Gate } from "../../../src/agents/upkeep/ask-each.ts";
import { readFacts } from "../../../src/agents/upkeep/host-facts.ts";
import { parseOurState } from "../../../src/agents/upkeep/our-files.ts";
import { parseAnswer } from "../../../src/agents/upkeep/run-script.ts";
import {
  groupedOutput,
  jsonOutput,
  prefixedOutput,
  unfinished,
} from "../../../src/faces/fleet/command-output.ts";
import { shownText } from "../../../src/faces/fleet/shown-text.ts";

const output = (
  host: string,
  text: string | Uint8Array,
  stream: "stdout" | "stderr" = "stdout",
): RunEvent => ({
  type: "output",
  host,
  stream,
  bytes: typeof text === "string" ? Buffer.from(text) : text,
});
const exit = (host: string, code = 0): RunEvent => ({ type: "exit", host, code, timedOut: false, ms: 100 });

const sink = (chunks: Buffer[]): Writable =>
  new Writable({ write: (chunk: Buffer, _encoding, done) => (chunks.push(Buffer.from(chunk)), done()) });

function faceOf(isTerminal = false): {
  face: Parameters<typeof prefixedOutput>[0];
  text: () => string;
  errors: () => string;
} {
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  const face = {
    stdout: sink(out),
    stderr: sink(err),
    stdoutIsTerminal: isTerminal,
    stderrIsTerminal: isTerminal,
    nameWidth: 3,
  };
  return {
    face,
    text: () => Buffer.concat(out).toString("latin1"),
    errors: () => Buffer.concat(err).toString("utf8"),
  };
}

describe("output of many hosts", () => {
  test("is whole lines behind the host's name, whatever the pieces were", async () => {
    const { face, text, errors } = faceOf();
    const show = prefixedOutput(face);
    for (const event of [
      output("a", "on"),
      output("bcd", "two\nthr"),
      output("a", "e\n"),
      output("a", "warn\n", "stderr"),
    ])
      await show(event);
    await show(exit("bcd", 3));
    await show(exit("a"));
    expect(text()).toBe("bcd | two\na   | one\nbcd | thr\n");
    expect(errors()).toBe("a   | warn\nbcd | exit code 3 after 0.1 s\n");
  });

  test("keeps every byte where no terminal shows it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 20 })), async (pieces) => {
        const { face, text } = faceOf();
        const show = prefixedOutput({ ...face, nameWidth: 1 });
        for (const piece of pieces) await show(output("a", piece));
        await show(exit("a"));
        const said = Buffer.concat(pieces).toString("latin1");
        const ended = said === "" || said.endsWith("\n") ? said : `${said}\n`;
        expect(text().replace(/^a \| /gm, "")).toBe(ended);
      }),
      { numRuns: 100 },
    );
  });

  test("cuts only lines that do not end", async () => {
    const { face, text } = faceOf();
    const show = prefixedOutput({ ...face, nameWidth: 1 });
    const lines = "0123456789\n".repeat(20_000);
    await show(output("a", `${lines}half`));
    await show(output("a", ` and half\n${"x".repeat(70_000)}`));
    await show(output("a", "y\n"));
    const said = text().replace(/^a \| /gm, "");
    expect(said).toBe(`${lines}half and half\n${"x".repeat(70_000)}\ny\n`);
  });

  test("cannot move a terminal's cursor, colour it, or turn its direction", async () => {
    const { face, text } = faceOf(true);
    const show = prefixedOutput(face);
    await show(output("a", "\u001B[2J\u001B]0;title\u0007x\ty\u009B1m\rz\r\n"));
    expect(text()).toBe("a   | \\x1b[2J\\x1b]0;title\\x07x\ty\\x9b1m\\x0dz\n");
    expect(shownText("a\u202Eb\u2066c\nd")).toBe("a\\u202eb\\u2066c\\x0ad");
  });

  test("in groups is one host after the other, in the order in which they first spoke", async () => {
    const { face, text } = faceOf();
    const show = groupedOutput(face);
    await Promise.all(
      [output("b", "b1\n"), output("a", "a1\n"), output("b", "b2\n"), exit("a"), exit("b")].map(show),
    );
    expect(Buffer.from(text(), "latin1").toString()).toBe("── b\nb1\nb2\n── a\na1\n");
  });

  test("in groups waits on the host when too much of it is held", async () => {
    const { face, text } = faceOf();
    const show = groupedOutput(face);
    await show(output("a", "first\n"));
    let taken = false;
    const waiting = show(output("b", Buffer.alloc(9 * 1024 * 1024, "x"))).then(() => (taken = true));
    await show(output("a", "second\n"));
    expect(taken).toBe(false);
    await show(exit("a"));
    await waiting;
    expect(text().length).toBeGreaterThan(9 * 1024 * 1024);
  });

  test("as JSON cuts no character in two, and gives what is no text in base64", async () => {
    const stream = new PassThrough();
    const show = jsonOutput(stream);
    const euro = Buffer.from("€");
    await show(output("a", euro.subarray(0, 1)));
    await show(output("a", euro.subarray(1)));
    await show(output("a", Buffer.from([0xff, 0x0a])));
    await show(exit("a", 1));
    const lines = String(stream.read())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      { type: "output", host: "a", stream: "stdout", text: "€" },
      { type: "output", host: "a", stream: "stdout", base64: "/wo=" },
      { type: "exit", host: "a", code: 1, timedOut: false, ms: 100 },
    ]);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(), (text, at) => {
        const bytes = Buffer.from(text);
        const cut = bytes.subarray(0, at % (bytes.length + 1));
        const whole = cut.subarray(0, cut.length - unfinished(cut));
        expect(bytes.toString().startsWith(whole.toString())).toBe(true);
      }),
    );
  });

  test("a time is read with its unit", () => {
    expect(["30s", "1.5m", "500ms", "2h", "7"].map((text) => durationMs("--timeout", text))).toEqual([
      30_000, 90_000, 500, 7_200_000, 7000,
    ]);
    for (const text of ["", "0", "-1s", "1d", "s", "1e3", "9999h"]) {
      expect(() => durationMs("--timeout", text)).toThrow("--timeout must be a time");
    }
  });
});

describe("what a host answers", () => {
  test("is found behind banners and unfinished prompts, and the rest is told as noise", () => {
    const text =
      "\u001B[31mWelcome\u001B[0m\r\n$ CAELUM1 n1 SYSTEM Linux x86_64\r\nCAELUM1 n2 X y\nCAELUM1 n1 END\n";
    expect(parseAnswer(text, "n1")).toEqual({
      lines: [
        ["SYSTEM", "Linux x86_64"],
        ["END", ""],
      ],
      noise: "Welcome | $ | CAELUM1 n2 X y",
    });
  });

  test("may be anything, and never a defect", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.tuple(fc.constantFrom("FOLDER", "FILES", "LOAD", "NODE"), fc.string())),
        (text, lines) => {
          parseAnswer(text, "n");
          parseProbe(lines);
          parseOurState(lines);
          readFacts({ cores: text, gpus: [text, null, { memory: text }], tools: [1, text] });
        },
      ),
    );
  });

  test("about our files is summed up for each folder", () => {
    const state = parseOurState([
      ["FOLDER", "/home/me/.cache/cae lum"],
      ["RUNNING", "42"],
      ["AGENT", "abc"],
      ["FILES", "blobs 3 12"],
      ["FREED", "blobs 1 4"],
      ["LOAD", "0.5 8"],
    ]);
    expect(state).toEqual({
      folders: [
        {
          path: "/home/me/.cache/cae lum",
          running: [42],
          agents: ["abc"],
          files: [{ kind: "blobs", count: 3, bytes: 12_288 }],
          freed: [{ kind: "blobs", count: 1, bytes: 4096 }],
        },
      ],
      load: 0.5,
      cores: 8,
    });
  });

  test("comes from no more hosts at once than the gate lets through", async () => {
    const gate = new Gate(3);
    let [inside, most] = [0, 0];
    await Promise.all(
      Array.from({ length: 20 }, () =>
        gate.pass(async () => {
          most = Math.max(most, ++inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside--;
        }),
      ),
    );
    expect({ most, inside }).toEqual({ most: 3, inside: 0 });
  });
});

const ssh = (target: string, configFile?: string): string =>
  sshCommand("ssh", {
    ...localHost,
    address: { type: "ssh", target, ...(configFile === undefined ? {} : { configFile }) },
  });

describe("the doctor judges", () => {
  const host = { ...localHost, name: "web" };
  const folder = { path: "/a", state: "ok", freeKb: 1_000_000, runs: true } as const;
  const probe: Probe = {
    system: "Linux",
    machine: "x86_64",
    libc: "glibc",
    shell: "/bin/sh",
    noise: "",
    folders: [folder],
    nodes: [],
  };
  const node = { version: "22.1.0", path: "/usr/bin/node" };

  test("a host without Node that can get one", () => {
    expect(judgeNode(host, probe).detail).toMatch(/^absent; 24\.\d+\.\d+ is sent$/);
    const old = { ...probe, nodes: [{ version: "16.3.0", path: "/usr/bin/node" }] };
    expect(judgeNode(host, old).detail).toMatch(/^16\.3\.0 at \/usr\/bin\/node is too old; .* is sent$/);
    expect(judgeNode(host, { ...probe, nodes: [...old.nodes, node] }).detail).toBe("22.1.0 at /usr/bin/node");
  });

  test("a host for which there is none to send", () => {
    const hint = "install Node 20 or newer there (apk add nodejs), or name it as nodePath in the fleet file";
    expect(() => judgeNode(host, { ...probe, libc: "musl" })).toThrow(
      expect.objectContaining({
        message: 'host "web" lacks Node (absent), and there is none to send for Linux x86_64 musl',
        hint,
      }) as Error,
    );
    expect(judgeNode(host, { ...probe, libc: "musl", nodes: [node] }).state).toBeUndefined();
  });

  test("where programs may run: only matters when Node must be sent", () => {
    const noexec = { ...probe, folders: [{ ...folder, runs: false }] };
    expect(() => judgeExec(host, noexec)).toThrow(/lets programs run in none of our folders \(noexec\)/);
    expect(judgeExec(host, { ...noexec, nodes: [node] }).state).toBe("skipped");
    const elsewhere = { ...folder, path: "/b" };
    expect(judgeExec(host, { ...probe, folders: [{ ...folder, runs: false }, elsewhere] })).toMatchObject({
      state: "warn",
      detail: "/a lets no program run; Node goes to /b",
    });
  });

  test("room: little for the agent, more for a Node", () => {
    const small = { ...probe, folders: [{ ...folder, freeKb: 50_000 }] };
    expect(judgeSpace(host, { ...small, nodes: [node] }).detail).toBe("48 MB free in /a");
    expect(() => judgeSpace(host, small)).toThrow(/no room for the Node: 195 MB are needed, \/a has 48 MB/);
    expect(() => judgeSpace(host, { ...probe, folders: [{ ...folder, freeKb: 9 }] })).toThrow(
      /no room for the agent/,
    );
  });

  test("folders that are not ours", () => {
    const foreign = {
      ...probe,
      folders: [
        { ...folder, state: "foreign" },
        { ...folder, path: "/b", state: "link" },
      ],
    } as const;
    expect(() => judgeFolder(host, foreign)).toThrow(
      /has no folder for the agent: \/a belongs to somebody else, \/b is a symbolic link/,
    );
    const asked = { ...host, agentFolder: "/a" };
    expect(
      judgeFolder(asked, { ...probe, folders: [foreign.folders[0], { ...folder, path: "/c" }] }),
    ).toMatchObject({
      state: "warn",
      detail: "agentFolder /a belongs to somebody else; /c takes its place",
    });
  });

  test("and writes commands with the host's own target", () => {
    expect(ssh("desk")).toBe("ssh desk");
    expect(ssh("me@x:22", "/my config")).toBe("ssh -F '/my config' -p 22 me@x");
    expect(ssh("[2001:db8::1]:22")).toBe("ssh -p 22 2001:db8::1");
    expect(ssh("2001:db8::1")).toBe("ssh 2001:db8::1");
  });
});
