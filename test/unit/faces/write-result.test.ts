import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { checkWritable, OutputError, writeResult } from "#faces";
import { CancelledError, UsageError } from "#kernel";
import { hasProgram } from "../../helpers/has-program.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const text = (content: string) => async (stream: Writable) => void stream.write(content);

describe("writeResult", () => {
  test("the file holds the result and nothing else is left beside it", async () => {
    const folder = temporaryFolder();
    await writeResult(path.join(folder, "report.json"), text("{}\n"));
    expect(readFileSync(path.join(folder, "report.json"), "utf8")).toBe("{}\n");
    expect(readdirSync(folder)).toEqual(["report.json"]);
  });

  test("until it is complete the old content stands; a failure leaves it as it was", async () => {
    const folder = temporaryFolder({ "report.txt": "old" });
    const file = path.join(folder, "report.txt");
    const failing = writeResult(file, async (stream) => {
      stream.write("new, but only ha");
      expect(readFileSync(file, "utf8")).toBe("old");
      throw new CancelledError();
    });
    await expect(failing).rejects.toBeInstanceOf(CancelledError);
    expect(readFileSync(file, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["report.txt"]);
  });

  test("permissions of the old file and symbolic links are kept", async () => {
    const folder = temporaryFolder({ "real.txt": "old" });
    chmodSync(path.join(folder, "real.txt"), 0o600);
    symlinkSync("real.txt", path.join(folder, "link.txt"));
    await writeResult(path.join(folder, "link.txt"), text("new"));
    expect(readFileSync(path.join(folder, "real.txt"), "utf8")).toBe("new");
    expect(statSync(path.join(folder, "real.txt")).mode & 0o777).toBe(0o600);
    expect(lstatSync(path.join(folder, "link.txt")).isSymbolicLink()).toBe(true);
  });

  test.skipIf(process.platform !== "linux")("a full disk is told, with the file's name", async () => {
    await expect(writeResult("/dev/full", text("x"))).rejects.toMatchObject({
      constructor: OutputError,
      message: '"/dev/full" could not be written',
      exit: "incomplete",
      cause: { code: "ENOSPC" },
    });
  });

  test.skipIf(!hasProgram("mkfifo"))("a pipe is written to, not replaced", async () => {
    const folder = temporaryFolder();
    const pipe = path.join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const [read] = await Promise.all([
      import("node:fs/promises").then(({ readFile }) => readFile(pipe, "utf8")),
      writeResult(pipe, text("through")),
    ]);
    expect(read).toBe("through");
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });
});

describe("checkWritable", () => {
  test("a missing folder and a folder in place of a file are refused before any work", async () => {
    const folder = temporaryFolder({ "a/file": "" });
    await expect(checkWritable(path.join(folder, "no/file"))).rejects.toThrow(
      new UsageError(`folder "${path.join(folder, "no")}" does not exist`),
    );
    await expect(checkWritable(path.join(folder, "a"))).rejects.toThrow("is a folder, not a file");
    await expect(checkWritable(path.join(folder, "a/file"))).resolves.toBeUndefined();
    await expect(checkWritable(path.join(folder, "a/new"))).resolves.toBeUndefined();
  });

  test.skipIf(process.getuid?.() === 0)("so is a folder that cannot be written to", async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, "old"), "");
    chmodSync(folder, 0o555);
    await expect(checkWritable(path.join(folder, "new"))).rejects.toThrow("cannot be written to");
    chmodSync(folder, 0o755);
  });
});
