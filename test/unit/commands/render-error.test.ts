import { describe, expect, test } from "vitest";
import { renderError } from "../../../commands/render-error.ts";
import { CaelumError, CancelledError, UsageError } from "#kernel";

function rendered(error: unknown, face: { json?: boolean; color?: boolean; width?: number } = {}) {
  let text = "";
  const exitCode = renderError(error, {
    json: false,
    color: false,
    write: (more) => (text += more),
    ...face,
  });
  return { text, exitCode };
}

describe("renderError", () => {
  test("an expected error is its message, its code and a hint, without a stack", () => {
    const error = new CaelumError("CAELUM_HOST_UNREACHABLE", "fleet", 'host "mini" refused the connection', {
      hint: "caelum fleet doctor mini",
    });
    expect(rendered(error)).toEqual({
      text: 'error: host "mini" refused the connection  CAELUM_HOST_UNREACHABLE\n  try: caelum fleet doctor mini\n',
      exitCode: 3,
    });
  });

  test("on a terminal the code stands at the right edge", () => {
    const { text } = rendered(new UsageError("no"), { width: 60 });
    expect(text).toBe(`${"error: no".padEnd(59 - "CAELUM_USAGE".length)}CAELUM_USAGE\n`);
  });

  test("several lines of one message stand below each other", () => {
    expect(rendered(new UsageError("one\ntwo")).text).toBe("error: one  CAELUM_USAGE\n       two\n");
  });

  test("the cause is told when the message does not contain it", () => {
    const cause = new Error("EACCES: permission denied");
    expect(rendered(new UsageError("it failed", { cause })).text).toContain(
      "\n  because: EACCES: permission denied\n",
    );
    expect(rendered(new UsageError(`it failed: ${cause.message}`, { cause })).text).not.toContain("because");
  });

  test("a defect keeps its stack, asks to be reported, and exits with 70", () => {
    const { text, exitCode } = rendered(new TypeError("x is not a function"));
    expect(text).toMatch(
      /^error: this is a defect in caelum {2}CAELUM_BUG\nTypeError: x is not a function\n +at /,
    );
    expect(text).toMatch(/caelum \d+\.\d+\.\d+, Node .*\n {2}try: report this/);
    expect(exitCode).toBe(70);
  });

  test.each(["text", undefined, null, 42])("a thrown %j is a defect too", (thrown) => {
    expect(rendered(thrown).exitCode).toBe(70);
  });

  test("a defect as JSON carries the stack as data", () => {
    const { text } = rendered(new TypeError("boom"), { json: true });
    expect(JSON.parse(text)).toMatchObject({
      error: {
        code: "CAELUM_BUG",
        message: "boom",
        exitCode: 70,
        data: { stack: expect.stringContaining("at ") },
      },
    });
  });

  test("secrets in messages, causes and stacks are not printed", () => {
    const token = `ghp_${"a".repeat(36)}`;
    const cause = new Error(`token ${token}`);
    for (const error of [new UsageError(`bad ${token}`), new UsageError("bad", { cause }), cause]) {
      for (const json of [true, false]) expect(rendered(error, { json }).text).not.toContain(token);
    }
  });

  test("a cancelled run exits with 130", () => {
    expect(rendered(new CancelledError())).toEqual({
      text: "error: cancelled  CAELUM_CANCELLED\n",
      exitCode: 130,
    });
  });

  test("colour underlines, it does not carry meaning", () => {
    const { text } = rendered(new UsageError("no"), { color: true });
    // oxlint-disable-next-line no-control-regex
    expect(text.replaceAll(/\u001B\[\d+m/g, "")).toBe(rendered(new UsageError("no")).text);
  });
});
