import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "../../../commands/program.ts";
import { runCaelum } from "../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

describe("what was typed wrongly", () => {
  test.each([
    [["cnofig"], "unknown command 'cnofig'", "config"],
    [["config", "shwo"], "unknown command 'shwo'", "show"],
    [["help", "anlyze"], "unknown command 'anlyze'", "analyze"],
    [["help", "config", "shwo"], "unknown command 'shwo'", "show"],
    [["config", "help", "shwo"], "unknown command 'shwo'", "show"],
    [["mcp", "servers", "lst"], "unknown command 'lst'", "list"],
    [["config", "show", "--jsno"], "unknown option '--jsno'", "--json"],
  ])("%j is a usage error that names what was probably meant", async (args, message, meant) => {
    const { stdout, stderr, exitCode } = await runCaelum(args);
    expect(stderr).toBe(`error: ${message}  CAELUM_USAGE\n  try: ${meant}\n`);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  });

  test("without a near name, help is named", async () => {
    const { stderr } = await runCaelum(["qqqqqq"]);
    expect(stderr).toBe("error: unknown command 'qqqqqq'  CAELUM_USAGE\n  try: caelum --help\n");
  });

  test("with --json the error is one line of JSON on stderr, wherever --json stands", async () => {
    const { stdout, stderr, exitCode } = await runCaelum(["config", "--json", "shwo"]);
    expect(JSON.parse(stderr)).toEqual({
      error: { code: "CAELUM_USAGE", message: "unknown command 'shwo'", exitCode: 2, hint: "show" },
    });
    expect({ stdout, exitCode, lines: stderr.split("\n").length }).toEqual({
      stdout: "",
      exitCode: 2,
      lines: 2,
    });
  });

  test("a --json behind -- is not an option", async () => {
    const { stderr } = await runCaelum(["completion", "--", "--json"]);
    expect(stderr).toMatch(/^error: .*--json.*CAELUM_USAGE/s);
  });

  test("--cwd must be a folder", async () => {
    const { stderr, exitCode } = await runCaelum(["--cwd", "no/such", "config", "show"]);
    expect({ stderr, exitCode }).toEqual({
      stderr: 'error: --cwd "no/such" is not a folder  CAELUM_USAGE\n',
      exitCode: 2,
    });
  });

  test("--cwd takes the place of the current folder", async () => {
    const folder = temporaryFolder({ ".caelumrc": "analyze:\n  workers: 3\n" });
    const { stdout } = await runCaelum(["-C", folder, "config", "show"]);
    expect(stdout).toMatch(/analyze\.workers +3 +\.caelumrc:2:3/);
  });
});

test.each([
  ["languages: [pyton]", 'there is no language "pyton"', "python"],
  ["layers: [{ name: core, files: [a], mayImport: [cor] }]", 'there is no layer "cor"', "core"],
])("what a configuration file makes up is told with its place: %s", async (line, told, hint) => {
  const folder = temporaryFolder({ ".caelumrc": `analyze:\n  ${line}\n` });
  const { stderr, exitCode } = await runCaelum(["-C", folder, "analyze"]);
  const [setting] = line.split(":");
  expect(stderr).toBe(`error: .caelumrc:2:3  analyze.${setting}: ${told}  CAELUM_CONFIG\n  try: ${hint}\n`);
  expect(exitCode).toBe(2);
});

describe("help", () => {
  test.each([[[]], [["--help"]], [["help"]]])("%j prints it on stdout with examples", async (args) => {
    const { stdout, stderr, exitCode } = await runCaelum(args);
    expect(stdout).toMatch(/^Usage: caelum \[options\] \[command\]/);
    expect(stdout).toMatch(/Examples:\n {2}caelum analyze /);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });

  test("each command shows the options that hold everywhere, and its own examples", async () => {
    const { stdout } = await runCaelum(["config", "show", "--help"]);
    expect(stdout).toContain("--no-color");
    expect(stdout).toContain("Examples:\n  caelum config show ");
  });

  test("there are examples with every command", () => {
    const without: string[] = [];
    const look = (command: Command, path: string): void => {
      let help = "";
      command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
      if (!help.split("\nExamples:\n")[1]?.includes(path)) without.push(path);
      for (const child of command.createHelp().visibleCommands(command))
        if (child.name() !== "help") look(child, `${path} ${child.name()}`);
    };
    look(
      createProgram(() => () => Promise.resolve()),
      "caelum",
    );
    expect(without).toEqual([]);
  });

  test.each([
    [["help", "config"], "caelum config "],
    [["help", "config", "show"], "caelum config show "],
    [["config", "help", "show"], "caelum config show "],
  ])("%j prints that of the command", async (args, command) => {
    const { stdout, exitCode } = await runCaelum(args);
    expect(stdout).toContain(`Usage: ${command}`);
    expect(exitCode).toBe(0);
  });

  test("a group without a command says what there is", async () => {
    const { stdout, exitCode } = await runCaelum(["config"]);
    expect(stdout).toContain("Usage: caelum config");
    expect(exitCode).toBe(0);
  });

  test("hidden commands stay hidden", async () => {
    expect((await runCaelum(["--help"])).stdout).not.toContain("__complete");
  });
});
