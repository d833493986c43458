import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { hasProgram } from "../../helpers/has-program.ts";
import { caelumBin, cleanEnvironment, projectRoot, runCaelum } from "../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const fixtures = path.join(projectRoot, "test/fixtures/commands");

async function candidates(...words: string[]): Promise<string[]> {
  const { stdout } = await runCaelum(["__complete", "--", ...words]);
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")[0] ?? ""]));
}

/** Runs a shell that finds caelum as an installed command. */
async function inShell(shell: string, args: readonly string[]): Promise<string> {
  const folder = temporaryFolder({ "notes.txt": "" });
  mkdirSync(path.join(folder, "bin"));
  symlinkSync(caelumBin, path.join(folder, "bin/caelum"));
  const environment = cleanEnvironment();
  const { stdout } = await execa(shell, args, {
    cwd: folder,
    env: { ...environment, PATH: `${path.join(folder, "bin")}${path.delimiter}${environment["PATH"]}` },
    extendEnv: false,
  });
  return stdout;
}

const inBash = (...words: string[]) => inShell("bash", [path.join(fixtures, "complete.bash"), ...words]);
const inZsh = (line: string) =>
  inShell("zsh", [path.join(fixtures, "complete.zsh"), line, temporaryFolder()]);
const inFish = (line: string) =>
  inShell("fish", ["--no-config", "-c", `caelum completion fish | source; complete -C '${line}'`]);

describe("what may follow", () => {
  test("commands, by what has been typed of them", async () => {
    expect(await candidates("conf")).toEqual(["config"]);
    expect(await candidates("config", "")).toContain("show");
    expect(await candidates("")).not.toContain("__complete");
  });

  test("options of the command and those that hold everywhere", async () => {
    expect(await candidates("config", "show", "--")).toEqual(
      expect.arrayContaining(["--json", "--cwd", "--help"]),
    );
  });

  test("values of arguments that have a fixed set", async () => {
    expect(await candidates("completion", "")).toEqual(["bash", "zsh", "fish"]);
  });

  test("values that only the analysis knows", async () => {
    expect(await candidates("analyze", "--language", "ty")).toEqual(["typescript"]);
    expect(await candidates("analyze", "--language=pyt")).toEqual(["--language=python"]);
    expect(await candidates("analyze", "--report", "json")).toEqual(["json:", "jsonl:"]);
  });

  test("file names are left to the shell", async () => {
    expect(await candidates("--config", "")).toEqual([":files"]);
    expect(await candidates("-C", "")).toEqual([":files"]);
  });

  test("a value is due after an option that takes one, and not after --option=value", async () => {
    expect(await candidates("--config", "x.yaml", "conf")).toEqual(["config"]);
    expect(await candidates("--config=x.yaml", "conf")).toEqual(["config"]);
  });

  test("behind -- there are no options and no commands", async () => {
    expect(await candidates("--", "--")).toEqual([]);
    expect(await candidates("config", "--", "sh")).toEqual([]);
  });
});

describe.skipIf(!hasProgram("bash"))("bash", () => {
  test("completes commands, options and values", async () => {
    expect(await inBash("caelum", "conf")).toBe("config");
    expect(await inBash("caelum", "config", "show", "--js")).toBe("--json");
    expect(await inBash("caelum", "completion", "")).toBe("bash\nzsh\nfish");
  });

  test("completes file names where a file is due", async () => {
    expect((await inBash("caelum", "--config", "")).trim()).toBe("compopt -o default");
  });
});

describe.skipIf(!hasProgram("zsh"))("zsh", () => {
  test.each([
    ["caelum conf", "caelum config "],
    ["caelum config show --js", "caelum config show --json "],
    ["caelum completion z", "caelum completion zsh "],
    ["caelum --config note", "caelum --config notes.txt "],
  ])("TAB makes %j into %j", async (line, completed) => {
    expect(await inZsh(line)).toBe(completed);
  });
});

describe.skipIf(!hasProgram("fish"))("fish", () => {
  test("completes commands with their descriptions, and options", async () => {
    expect(await inFish("caelum conf")).toBe("config\tsettings");
    expect(await inFish("caelum config show --js")).toMatch(/^--json\t/);
    expect((await inFish("caelum completion ")).split("\n").toSorted()).toEqual(["bash", "fish", "zsh"]);
  });

  test("completes file names where a file is due", async () => {
    expect(await inFish("caelum --config note")).toBe("notes.txt");
  });
});
