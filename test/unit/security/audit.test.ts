import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { auditFolders, AuditLog, type AuditVerdict, verifyAudit } from "#security";
import { runCaelum } from "../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const writing = (count = 5) => {
  const folder = temporaryFolder();
  const folders = auditFolders(path.join(folder, "state/caelum"), path.join(folder, "config/caelum"));
  const log = new AuditLog(folders, Date.now());
  for (let at = 0; at < count; at++)
    log.append({ type: "call", tool: "code_parse", at: `${at}ä"\\` }, at % 2 === 0);
  const { file } = log;
  const change = (edit: (lines: string[]) => string[]): AuditVerdict => {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    writeFileSync(file, `${edit(lines).join("\n")}\n`);
    return verifyAudit(folders)[0]!;
  };
  return { folder, folders, file, change, log };
};

const written = (count = 5) => {
  const all = writing(count);
  all.log.close();
  return all;
};

/** Lines with this one's event changed, and all that follows made to fit again, as anybody can who has read the source. */
function forged(lines: readonly string[], from: number, event: object): string[] {
  let prev = "0".repeat(64);
  return lines.map((line, at) => {
    const { hash: _hash, ...entry } = JSON.parse(line) as Record<string, unknown>;
    const changed = at === from ? { ...entry, event, prev } : { ...entry, prev };
    prev = createHash("sha256").update(JSON.stringify(changed)).digest("hex");
    return JSON.stringify({ ...changed, hash: prev });
  });
}

describe("an audit log", () => {
  it("that is as it was written is sound", () => {
    const { folders, file } = written(130);
    expect(verifyAudit(folders)).toEqual([{ file, entries: 130 }]);
  });

  it("is sound while it is written, and when its writer is gone without a word", async () => {
    const { folders } = writing(0);
    const log = new AuditLog(folders, Date.now());
    for (let at = 0; at < 300; at++) {
      log.append({ type: "call", at }, at % 7 === 0);
      if (at % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 30));
      if (at > 0) expect(verifyAudit(folders)[0]).not.toHaveProperty("problem");
    }
  });

  it.each<[string, (lines: string[]) => string[], RegExp]>([
    [
      "with a changed word",
      (lines) => lines.with(2, lines[2]!.replace("code_parse", "code_perse")),
      /line 3: it was changed/,
    ],
    ["with a line taken out", (lines) => lines.toSpliced(1, 1), /line 2: it says that it is entry 2/],
    ["with two lines swapped", (lines) => [lines[1]!, lines[0]!, ...lines.slice(2)], /line 1/],
    ["with a line put in", (lines) => lines.toSpliced(1, 0, lines[1]!), /line 3/],
    ["without its last lines", (lines) => lines.slice(0, 3), /2 lines at the end are missing/],
    ["without any line", () => [], /line 1: it is no entry/],
    ["with half a line", (lines) => lines.with(4, lines[4]!.slice(0, 30)), /line 5: it is no entry/],
    ["without its last line", (lines) => lines.slice(0, 4), /1 lines at the end are missing/],
    [
      "whose last line was forged with its hash",
      (lines) => forged(lines, 4, {}),
      /differs from its signed head/,
    ],
    ["whose first line was forged with all hashes", (lines) => forged(lines, 0, {}), /differs from its/],
    [
      "with a line added that fits",
      (lines) => forged([...lines, lines[4]!.replace('"n":4', '"n":5')], 5, {}),
      /the last 1 lines were not written by us/,
    ],
    [
      "with white space in a line",
      (lines) => lines.with(1, lines[1]!.replace(":", ": ")),
      /line 2: it was changed/,
    ],
    [
      "with a key that comes twice",
      (lines) => lines.with(1, lines[1]!.replace("{", '{"at":"never",')),
      /line 2: it was changed/,
    ],
    ["that is no log", () => ["hello"], /line 1/],
  ])("%s does not pass", (_what, edit, problem) => {
    expect(written().change(edit).problem).toMatch(problem);
  });

  it("that was made anew from the first line does not pass: its head is signed", () => {
    const { folders, change } = written();
    const other = written();
    const lines = readFileSync(other.file, "utf8").trimEnd().split("\n");
    expect(change(() => lines).problem).toMatch(/differs from its signed head/);
    const head = path.join(folders.heads, path.basename(verifyAudit(folders)[0]!.file));
    const signed = JSON.parse(readFileSync(`${head}.head.json`, "utf8")) as Record<string, unknown>;
    writeFileSync(`${head}.head.json`, JSON.stringify({ ...signed, hash: JSON.parse(lines[4]!).hash }));
    expect(verifyAudit(folders)[0]!.problem).toMatch(/not signed with our key/);
  });

  it.each<[string, (text: string) => string | Buffer]>([
    ["its last byte", (text) => text.slice(0, -1)],
    ["a line feed more", (text) => `${text}\n`],
    ["bytes that are no text", (text) => Buffer.from(`${text.slice(0, -1)}\u00FF\n`, "latin1")],
  ])("does not pass with a change as small as %s", (_what, edit) => {
    const { folders, file } = written();
    writeFileSync(file, edit(readFileSync(file, "utf8")));
    expect(verifyAudit(folders)[0]!.problem).toBeDefined();
  });

  it("does not pass without its head, nor when the lines of a killed writer were cut off", () => {
    const { folders, file, change, log } = writing(1);
    log.append({ type: "call" }, true);
    log.append({ type: "call" }, true);
    expect(change((lines) => lines.slice(0, -1)).problem).toMatch(/1 lines at the end are missing/);
    rmSync(path.join(folders.heads, `${path.basename(file)}.head.json`));
    expect(verifyAudit(folders)[0]!.problem).toMatch(/no signed head/);
  });

  it("is sound up to a failure, and goes on in another", () => {
    const { folders, log } = writing(2);
    const aside = `${folders.heads}.aside`;
    renameSync(folders.heads, aside);
    writeFileSync(folders.heads, "");
    expect(() => log.append({ type: "call" }, true)).toThrow(/cannot be used/);
    rmSync(folders.heads);
    renameSync(aside, folders.heads);
    log.append({ type: "call" }, true);
    log.close();
    const verdicts = verifyAudit(folders);
    expect(verdicts.map(({ entries, problem }) => [entries, problem])).toContainEqual([2, undefined]);
    expect(verdicts).toHaveLength(2);
    for (const verdict of verdicts) expect(verdict).not.toHaveProperty("problem");
  });

  it("that has gone is missed", () => {
    const { folders, file } = written();
    rmSync(file);
    expect(verifyAudit(folders)).toMatchObject([{ problem: "the log is gone" }]);
  });

  it("goes on in a new file after a failure, and what must be durable fails loudly", () => {
    const folder = temporaryFolder({ "state/caelum": "a file where a folder should be" });
    const folders = auditFolders(path.join(folder, "state/caelum"), path.join(folder, "config"));
    const log = new AuditLog(folders, Date.now());
    for (let at = 0; at < 3; at++) expect(() => log.append({ type: "call" }, true)).toThrow(/cannot be used/);
    rmSync(path.join(folder, "state/caelum"));
    log.append({ type: "call" }, true);
    log.close();
    expect(existsSync(log.file)).toBe(true);
    expect(verifyAudit(folders)).toMatchObject([{ entries: 2 }]);
    const [first = ""] = readFileSync(log.file, "utf8").split("\n");
    expect(JSON.parse(first)).toMatchObject({ event: { type: "continued", lost: 3 } });
  });
});

describe("caelum audit verify", () => {
  it("passes what is sound, and names what is not with exit code 1", async () => {
    const { folder, file } = written();
    const env = { XDG_STATE_HOME: path.join(folder, "state"), XDG_CONFIG_HOME: path.join(folder, "config") };
    const sound = await runCaelum(["audit", "verify"], { env });
    expect(sound).toMatchObject({ exitCode: 0, stderr: "" });
    expect(sound.stdout).toContain("all is as it was written: 1 log, 5 lines");
    appendFileSync(file, "{}\n");
    const broken = await runCaelum(["audit", "verify"], { env });
    expect(broken).toMatchObject({ exitCode: 1 });
    expect(broken.stdout).toContain("line 6");
    expect(JSON.parse((await runCaelum(["audit", "verify", "--json"], { env })).stdout)).toHaveLength(1);
  });

  it("says so when there is none", async () => {
    expect((await runCaelum(["audit", "verify"])).stdout).toBe("there is no audit log yet\n");
  });
});
