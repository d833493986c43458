import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { projectRoot } from "../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

async function reference(...args: string[]) {
  const { stderr, exitCode } = await execa(process.execPath, ["scripts/reference.ts", ...args], {
    cwd: projectRoot,
    reject: false,
  });
  return { stderr, exitCode };
}

describe("the generated reference", () => {
  test("--check passes what was just written, and names what has changed, is missing or is not generated", async () => {
    const folder = path.join(temporaryFolder(), "reference");
    await reference(folder);
    expect(await reference(folder, "--check")).toEqual({ stderr: "", exitCode: 0 });

    writeFileSync(path.join(folder, "events.md"), "edited by hand");
    rmSync(path.join(folder, "exit-codes.md"));
    writeFileSync(path.join(folder, "old-page.md"), "");
    const { stderr, exitCode } = await reference(folder, "--check");
    expect(stderr.split("\n")).toEqual([
      "docs/reference/events.md differs from the code",
      "docs/reference/exit-codes.md is missing",
      "docs/reference/old-page.md is not generated any more",
      "try: npm run docs",
    ]);
    expect(exitCode).toBe(1);
  });

  test("the schema of the configuration accepts what the loader accepts, and no unknown names", async () => {
    const file = path.join(projectRoot, "docs/reference/configuration.schema.json");
    const valid = new Ajv().compile(JSON.parse(readFileSync(file, "utf8")) as object);
    expect(valid({ $schema: "x", analyze: { workers: 3, maxFileSize: "2 MB" }, cache: { maxSize: 5 } })).toBe(
      true,
    );
    expect(valid({ analyze: { workers: 0 } })).toBe(false);
    expect(valid({ analyze: { wrokers: 1 } })).toBe(false);
    expect(valid({ analyse: {} })).toBe(false);
  });

  test("every event has its JSON Schema", () => {
    const file = path.join(projectRoot, "docs/reference/events.schema.json");
    const valid = new Ajv({ formats: { "date-time": true } }).compile(
      JSON.parse(readFileSync(file, "utf8")) as object,
    );
    const event = {
      v: 1,
      run: "r",
      seq: 0,
      at: "2026-11-20T00:00:00.000Z",
      type: "cache.used",
      hits: 1,
      misses: 2,
    };
    expect(valid(event)).toBe(true);
    expect(valid({ ...event, hits: -1 })).toBe(false);
    expect(valid({ ...event, type: "of.the.future" })).toBe(false);
  });
});
