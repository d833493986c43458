import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { type Change, change, changed, contentOf } from "./ledger.ts";
import { below, HookError, type Repository } from "./repository.ts";
import type { Way } from "./ways.ts";

const command = "caelum hook run";

/** A program that writes git's hooks from a file of its own. */
interface Manager {
  name: string;
  /** Names of its file; of these the first that is there. */
  files: readonly string[];
  /** Whether the file is really one of it. */
  isOwn?: (text: string) => boolean;
  /** With our part; undefined: it is there already. @throws HookError for a form that cannot be edited */
  add(text: string, file: string, repository: Repository): Promise<string | undefined>;
  remove(text: string): Promise<string | undefined>;
  /** What it is started with to write git's hooks. */
  program: string;
  args: readonly string[];
}

const lefthook: Manager = {
  name: "lefthook",
  files: [
    "lefthook.yml",
    ".lefthook.yml",
    "lefthook.yaml",
    ".lefthook.yaml",
    "lefthook.toml",
    "lefthook.json",
  ],
  program: "lefthook",
  args: ["install"],
  async add(text, file) {
    requireYaml(file, `pre-push with the command "${command}" and use_stdin: true`);
    const { parseDocument } = await import("yaml");
    const document = parseDocument(text);
    if (document.hasIn(["pre-push", "commands", "caelum"])) return undefined;
    document.setIn(
      ["pre-push", "commands", "caelum"],
      document.createNode({ run: `${command} {0}`, use_stdin: true }),
    );
    return String(document);
  },
  async remove(text) {
    const { parseDocument } = await import("yaml");
    const document = parseDocument(text);
    return document.deleteIn(["pre-push", "commands", "caelum"]) ? String(document) : undefined;
  },
};

const preCommit: Manager = {
  name: "pre-commit",
  files: [".pre-commit-config.yaml", ".pre-commit-config.yml"],
  program: "pre-commit",
  args: ["install", "--hook-type", "pre-push"],
  async add(text, _, { root }) {
    const { isSeq, parseDocument } = await import("yaml");
    const document = parseDocument(text);
    const repos = document.get("repos");
    if (!isSeq(repos)) throw new HookError("the configuration of pre-commit has no list of repos");
    if (text.includes("id: caelum")) return undefined;
    const hook = {
      id: "caelum",
      name: "tests (caelum)",
      entry: command,
      language: "system",
      stages: [await stageName(root)],
      always_run: true,
      pass_filenames: false,
      verbose: true,
    };
    repos.add(document.createNode({ repo: "local", hooks: [hook] }));
    return String(document);
  },
  async remove(text) {
    const { isMap, isSeq, parseDocument } = await import("yaml");
    const document = parseDocument(text);
    const repos = document.get("repos");
    if (!isSeq(repos)) return undefined;
    const at = repos.items.findIndex((repo) => isMap(repo) && repo.getIn(["hooks", 0, "id"]) === "caelum");
    return at >= 0 && repos.delete(at) ? String(document) : undefined;
  },
};

const simpleGitHooks: Manager = {
  name: "simple-git-hooks",
  files: [
    ".simple-git-hooks.json",
    "simple-git-hooks.json",
    "package.json",
    ".simple-git-hooks.cjs",
    ".simple-git-hooks.js",
    "simple-git-hooks.cjs",
    "simple-git-hooks.js",
  ],
  isOwn: (text) => !/^\s*\{/.test(text) || text.includes("pre-") || text.includes("simple-git-hooks"),
  program: "simple-git-hooks",
  args: [],
  async add(text, file) {
    if (!file.endsWith(".json"))
      throw new HookError(`"${path.basename(file)}" is a program`, `add "pre-push": "${command}" to it`);
    const { applyEdits, modify, parse } = await import("jsonc-parser");
    const keys = keysFor(file);
    const now: unknown = keys.reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      parse(text),
    );
    if (typeof now === "string" && now.includes(command)) return undefined;
    const value = typeof now === "string" && now !== "" ? `${command} && ${now}` : command;
    return applyEdits(
      text,
      modify(text, keys, value, { formattingOptions: { insertSpaces: !text.includes("\n\t"), tabSize: 2 } }),
    );
  },
  async remove(text) {
    const without = text.replace(`${command} && `, "");
    if (without !== text) return without;
    const { applyEdits, modify, parse } = await import("jsonc-parser");
    for (const keys of [["simple-git-hooks", "pre-push"], ["pre-push"]]) {
      const now: unknown = keys.reduce<unknown>(
        (value, key) => (value as Record<string, unknown> | undefined)?.[key],
        parse(text),
      );
      if (now === command) return applyEdits(text, modify(text, keys, undefined, {}));
    }
    return undefined;
  },
};

function keysFor(file: string): string[] {
  return path.basename(file) === "package.json" ? ["simple-git-hooks", "pre-push"] : ["pre-push"];
}

export const managers: readonly Way[] = [lefthook, preCommit, simpleGitHooks].map(wayOf);

function wayOf(manager: Manager): Way {
  return {
    name: manager.name,
    applies: (repository) => fileOf(manager, repository) !== undefined,
    async install(repository, told) {
      const file = fileOf(manager, repository)!;
      const text = contentOf(file)!.toString("utf8");
      const edited = await manager.add(text, file, repository);
      if (edited === undefined)
        throw new HookError(
          `"${below(repository.root, file)}" has the hook already`,
          "caelum hook uninstall takes it out",
        );
      told(change(file, edited));
      const notes = await writeHooks(manager, repository, told);
      return { where: `${below(repository.root, file)} (${manager.name})`, notes };
    },
    strip: async (_, content) => manager.remove(content.toString("utf8")),
  };
}

function fileOf({ name, files, isOwn }: Manager, { root }: Repository): string | undefined {
  return files
    .map((each) => path.join(root, each))
    .find((file) => {
      const text = contentOf(file)?.toString("utf8");
      if (text === undefined) return false;
      return path.basename(file) === "package.json"
        ? text.includes(`"${name}": {`) || text.includes(`"${name}":{`)
        : (isOwn?.(text) ?? true);
    });
}

/** Lets the manager write git's hooks anew, unless that would take somebody's own hook away. */
async function writeHooks(
  { name, program, args }: Manager,
  { root, hooks }: Repository,
  told: (change: Change) => void,
): Promise<string[]> {
  const line = [program, ...args].join(" ");
  const hook = contentOf(path.join(hooks, "pre-push"))?.toString("latin1");
  if (hook !== undefined && !hook.toLowerCase().replaceAll("_", "-").includes(name))
    return [
      `there is a pre-push hook that is not of ${name}: see to it that "${line}" keeps it, then run it`,
    ];
  const before = new Map(readHooks(hooks));
  const done = await start(root, program, args);
  for (const [file] of readHooks(hooks)) {
    const now = contentOf(file);
    const was = before.get(file);
    if (now !== undefined && (was === undefined || !now.equals(was))) told(changed(file, was));
  }
  return done ? [] : [`run "${line}", so that ${name} writes git's hook`];
}

function readHooks(folder: string): [string, Buffer][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(folder, entry.name))
    .map((file): [string, Buffer] => [file, contentOf(file) ?? Buffer.alloc(0)]);
}

function start(root: string, program: string, args: readonly string[]): Promise<boolean> {
  const env = {
    ...process.env,
    PATH: [path.join(root, "node_modules/.bin"), process.env["PATH"] ?? ""].join(path.delimiter),
  };
  return new Promise((resolve) => {
    execFile(
      program,
      [...args],
      { cwd: root, env, timeout: 60_000, shell: process.platform === "win32" },
      (error) => resolve(error === null),
    );
  });
}

/** pre-commit has called the stage `push` before 3.2. */
function stageName(root: string): Promise<string> {
  return new Promise((resolve) => {
    execFile("pre-commit", ["--version"], { cwd: root, timeout: 60_000 }, (_, stdout) => {
      const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
      const isOld = major !== undefined && (Number(major) < 3 || (Number(major) === 3 && Number(minor) < 2));
      resolve(isOld ? "push" : "pre-push");
    });
  });
}

function requireYaml(file: string, what: string): void {
  if (!/\.ya?ml$/.test(file))
    throw new HookError(`"${path.basename(file)}" is no YAML file`, `add ${what} to it`);
}
