import { describe, expect, test, vi } from "vitest";
import { bundleForNode } from "../helpers/bundle-for-node.ts";
import { hasTmux, openPane, type PaneOptions } from "../helpers/tmux.ts";

/** A run over a fleet, replayed; afterwards the shell says in which mode it found the terminal. */
async function demo({ flags = "", ...options }: Partial<PaneOptions> & { flags?: string } = {}) {
  const program = await bundleForNode("test/fixtures/faces/fleet-demo.ts");
  const after = "echo exit $?; stty -a | grep -oE -- '-?(icanon|echo)\\b' | tr '\\n' ' '; echo =====";
  return openPane(`${process.execPath} ${program} ${flags}; ${after}`, { columns: 80, rows: 24, ...options });
}

const dashboard = /\n host +state/;

describe.skipIf(!hasTmux)("the dashboard on a terminal", () => {
  test("q stops as ctrl-C does; the screen and the terminal's mode are as they were", async () => {
    const pane = await demo();
    const lines = (await pane.shows(/mini +(busy|lost|probing)/)).split("\n");
    expect(lines[0]).toMatch(/^ analyze demo {3}20,000 files {3}900\.0 MB +0:\d\d {2}\S+/);
    expect(lines[3]).toBe(" host    state    slots          rate  load   done  note");
    await pane.keys("q");
    expect(await pane.shows(/=====/)).toBe("before\ncancelled\nexit 0\nicanon echo =====");
  });

  test("keys: pause and resume, choose a host and drop it, details and back", async () => {
    const pane = await demo();
    await pane.shows(dashboard);
    await pane.keys("p");
    await pane.shows(/paused\n[^]*p resume/);
    await pane.keys("p");
    await pane.shows(/p pause/);
    await pane.keys("d");
    await pane.shows(/▸here[^]*↵ drop here/);
    await pane.keys("Down");
    await pane.shows(/▸desk[^]*↵ drop desk/);
    await pane.keys("Enter");
    await pane.shows(/ desk +dropped[^]*desk: dropped; \d+ units go elsewhere/);
    await pane.keys("Down", "Enter");
    await pane.shows(/ platform +linux-x64/);
    await pane.keys("Escape");
    await pane.shows(dashboard);
    await pane.keys("C-c");
    expect(await pane.shows(/=====/)).toBe("before\ncancelled\nexit 0\nicanon echo =====");
  });

  test("a crash is told on the screen that was there before", async () => {
    const pane = await demo({ flags: "--crash" });
    await pane.shows(dashboard);
    expect(await pane.shows(/=====/)).toBe("before\ncrashed: a defect\nexit 70\nicanon echo =====");
  });

  test("work that does not stop cannot hide why it was ended; a second ctrl-C ends it at once", async () => {
    const pane = await demo({ flags: "--deaf" });
    await pane.shows(dashboard);
    await pane.keys("q");
    await pane.shows(/stopping; ctrl-C again ends it at once/);
    expect(await pane.shows(/=====/)).toBe("before\ngiven up\nexit 130\nicanon echo =====");
    const again = await demo({ flags: "--deaf" });
    await again.shows(dashboard);
    await again.keys("C-c", "C-c");
    expect(await again.shows(/=====/)).toBe("before\nexit 130\nicanon echo =====");
  });

  test("resized in mid-run it fits, from 200 columns to 40 and back, and nothing is left behind", async () => {
    const pane = await demo({ columns: 200, rows: 50 });
    await pane.shows(dashboard);
    for (const [columns, rows] of [
      [60, 15],
      [40, 10],
      [120, 30],
    ] as const) {
      await pane.resize(columns, rows);
      await vi.waitFor(async () => {
        const lines = (await pane.screen()).split("\n");
        expect(lines[0]).toMatch(/^ analyze demo .*\d:\d\d {2}(about|estimating)/);
        expect(lines[0]?.length).toBe(columns - 1);
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(columns);
        expect(lines.filter((line) => line.includes("analyze"))).toHaveLength(1);
        expect(lines.filter((line) => /^ (here|desk) /.test(line))).toHaveLength(2);
        expect(lines.at(-1)).toMatch(/^ p pause/);
      }, 20_000);
    }
    await pane.keys("C-c");
    expect(await pane.shows(/=====/)).toBe("before\ncancelled\nexit 0\nicanon echo =====");
  });

  test("200 hosts: as many as fit, the rest counted; colour only where it is wanted", async () => {
    const pane = await demo({ flags: "--hosts 200", rows: 30 });
    const shown = await pane.shows(/ and 18\d more: \d+ busy/);
    expect(shown.split("\n").length).toBeLessThan(30);
    // oxlint-disable-next-line no-control-regex
    expect(await pane.screen("-e")).not.toMatch(/\u001B\[3\dm/);
    await pane.keys("q");
    await pane.shows(/=====/);
  });

  test("with colour the words stay; on a dumb terminal there are plain lines", async () => {
    const colored = await demo({ flags: "--color" });
    await colored.shows(/here +busy/);
    // oxlint-disable-next-line no-control-regex
    expect(await colored.screen("-e")).toMatch(/\u001B\[32m/);
    const dumb = await demo({ env: { TERM: "dumb" } });
    const shown = await dumb.shows(/mini: lost/);
    expect(shown).toMatch(/^before\n\d{4}-\d\d-\d\dT[\d:.]+Z {2}analyze demo: 20,000 files/);
    expect(shown).not.toMatch(/░|█/);
  });
});
