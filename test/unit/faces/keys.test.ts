import { describe, expect, test } from "vitest";
import { newHostProgress } from "../../../src/faces/progress/host-progress.ts";
import { type Focus, type Key, press, watching } from "../../../src/faces/terminal/keys.ts";

const hosts = ["here", "desk", "mini"].map((name) => newHostProgress(name));
const gone = { ...newHostProgress("gone"), phase: "dropped" as const };

/** Presses keys one after the other; the wishes they led to. */
function typed(keys: readonly Key[], { paused = false, controllable = true } = {}) {
  let focus: Focus = watching;
  const wishes: unknown[] = [];
  for (const key of keys) {
    const pressed = press(focus, key, { hosts: [gone, ...hosts], paused, controllable });
    focus = pressed.focus;
    if (pressed.wish !== undefined) wishes.push(pressed.wish);
  }
  return { focus, wishes };
}

describe("keys of the dashboard", () => {
  test("p pauses, and resumes what is paused", () => {
    expect(typed(["p"]).wishes).toEqual([{ type: "pause" }]);
    expect(typed(["p"], { paused: true }).wishes).toEqual([{ type: "resume" }]);
  });

  test("a host is dropped only after it was chosen and confirmed", () => {
    expect(typed(["d", "down", "enter"]).wishes).toEqual([{ type: "drop", host: "desk" }]);
    expect(typed(["d", "down", "escape", "enter"])).toEqual({
      focus: { mode: "details", host: "gone" },
      wishes: [],
    });
    expect(typed(["d", "down"]).focus).toEqual({ mode: "drop", host: "desk" });
  });

  test("a host that has left cannot be dropped again", () => {
    expect(typed(["d", "up", "up", "enter"]).wishes).toEqual([{ type: "drop", host: "here" }]);
  });

  test("arrows stop at both ends", () => {
    expect(typed(["down", "down", "down", "down", "down", "down"]).focus.host).toBe("mini");
    expect(typed(["down", "up", "up"]).focus.host).toBe("gone");
  });

  test("enter shows details and takes them away; q leaves them and only then stops", () => {
    expect(typed(["down", "down", "enter"]).focus).toEqual({ mode: "details", host: "here" });
    expect(typed(["enter", "enter"]).focus).toEqual(watching);
    expect(typed(["enter", "q"])).toEqual({ focus: watching, wishes: [] });
    expect(typed(["enter", "q", "q"]).wishes).toEqual([{ type: "interrupt" }]);
  });

  test("ctrl-C stops wherever one is", () => {
    expect(typed(["d", "interrupt"]).wishes).toEqual([{ type: "interrupt" }]);
  });

  test("what cannot be controlled is not", () => {
    expect(typed(["p", "d", "enter"], { controllable: false }).wishes).toEqual([]);
  });
});
