import os from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cacheFolder,
  CaelumError,
  CancelledError,
  configFolder,
  EventStream,
  exitCodes,
  redact,
  runId,
  systemCode,
  throwIfAborted,
  UsageError,
} from "#kernel";

describe("errors", () => {
  test("an error knows its code, exit code, hint and data, and says so as JSON", () => {
    const cause = new Error("ECONNREFUSED");
    const error = new CaelumError("CAELUM_HOST", "fleet", "host refused", {
      hint: "doctor",
      data: { port: 22 },
      cause,
    });
    expect(error.toJSON()).toEqual({
      code: "CAELUM_HOST",
      message: "host refused",
      exitCode: 3,
      hint: "doctor",
      data: { port: 22 },
      cause: "ECONNREFUSED",
    });
    expect(error).toMatchObject({ name: "CaelumError", exitCode: 3, cause });
    expect(new UsageError("x").toJSON()).toEqual({ code: "CAELUM_USAGE", message: "x", exitCode: 2 });
  });

  test("exit codes are unique and those that scripts rely on", () => {
    const codes = Object.values(exitCodes).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toEqual([0, 1, 2, 3, 4, 5, 70, 130]);
  });

  test("the system's code is found on errors that have one", () => {
    expect(systemCode(Object.assign(new Error("x"), { code: "ENOENT" }))).toBe("ENOENT");
    expect([new Error("x"), "ENOENT", undefined, { code: "ENOENT" }].map(systemCode)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("abort", () => {
  test("an aborted signal throws what it was aborted with, as a cancellation", () => {
    expect(() => throwIfAborted(undefined)).not.toThrow();
    expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
    const own = new CancelledError("cancelled by ctrl-C");
    expect(() => throwIfAborted(AbortSignal.abort(own))).toThrow(own);
    expect(() => throwIfAborted(AbortSignal.abort("why"))).toThrow(CancelledError);
  });
});

describe("events", () => {
  const clock = { now: () => Date.UTC(2026, 10, 20), monotonic: () => 0 };

  test("readers see every event once, in order, numbered without gaps", () => {
    const events = new EventStream("run-1", clock);
    const seen: unknown[] = [];
    const stop = events.subscribe((event) => seen.push(event));
    events.emit({ type: "cache.used", hits: 1, misses: 2 });
    events.emit({ type: "cache.failed", message: "full" });
    stop();
    events.emit({ type: "cache.failed", message: "unheard" });
    expect(seen).toEqual([
      { v: 1, run: "run-1", seq: 0, at: "2026-11-20T00:00:00.000Z", type: "cache.used", hits: 1, misses: 2 },
      { v: 1, run: "run-1", seq: 1, at: "2026-11-20T00:00:00.000Z", type: "cache.failed", message: "full" },
    ]);
  });

  test("the name of a run sorts by its start and is UTC", () => {
    expect(runId(Date.UTC(2026, 10, 20, 14, 16, 32))).toMatch(/^20261120-141632-[0-9a-f]{6}$/);
  });
});

describe("redaction", () => {
  test.each([
    [`token ghp_${"a1".repeat(18)} here`, "token [token] here"],
    ["https://user:hunter2@host/x", "https://user:[redacted]@host/x"],
    ["password=hunter2, next", "password=[redacted], next"],
    ["Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"],
    ["-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----", "[private key]"],
    ["nothing to hide in src/password.ts", "nothing to hide in src/password.ts"],
  ])("%j becomes %j", (text, expected) => expect(redact(text)).toBe(expected));

  test("text that was redacted once does not change when it is redacted again", () => {
    const secrets = fc.constantFrom(
      "password=",
      "ghp_",
      "https://a:",
      "@",
      " ",
      "abc",
      "a".repeat(30),
      "=",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(secrets), (parts) => {
        const once = redact(parts.join(""));
        expect(redact(once)).toBe(once);
      }),
    );
  });
});

describe("folders of the user", () => {
  test("CAELUM_CACHE_DIR, then XDG, then the home folder; a relative XDG path is ignored", () => {
    const home = path.join(os.homedir(), ".cache", "caelum");
    expect(cacheFolder({ CAELUM_CACHE_DIR: "/a", XDG_CACHE_HOME: "/b" })).toBe(path.resolve("/a"));
    expect(cacheFolder({ XDG_CACHE_HOME: "/b" })).toBe("/b/caelum");
    expect(cacheFolder({ XDG_CACHE_HOME: "b" })).toBe(home);
    expect(cacheFolder({})).toBe(home);
    expect(configFolder({ XDG_CONFIG_HOME: "/c" })).toBe("/c/caelum");
  });
});
