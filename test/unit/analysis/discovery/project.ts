import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { LanguageData } from "../../../../src/analysis/language.ts";
import { type FileList, type ListOptions, listFiles } from "../../../../src/analysis/discovery/index.ts";

/** A real folder with real files; gone after the test. */
export class Project {
  readonly root: string;

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    this.root = realpathSync(mkdtempSync(path.join(tmpdir(), "caelum-discovery-")));
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    this.write(files);
  }

  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.root, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }

  /** Runs git here, without the configuration of the machine or the person. */
  git(...args: string[]): string {
    const env = {
      ...process.env,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@example.org",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@example.org",
    };
    const options = {
      cwd: this.root,
      env,
      encoding: "utf8" as const,
      stdio: ["pipe", "pipe", "pipe"] as const,
    };
    return execFileSync("git", ["-c", "protocol.file.allow=always", ...args], {
      ...options,
      stdio: [...options.stdio],
    });
  }

  commitAll(): this {
    this.git("init", "-q");
    this.git("add", "-A", ".");
    this.git("commit", "-q", "-m", "all");
    return this;
  }

  async list(options: Partial<ListOptions> = {}, below = ""): Promise<FileList> {
    return await listFiles(path.join(this.root, below), { languages: fewLanguages, ...options });
  }

  async paths(options: Partial<ListOptions> = {}, below = ""): Promise<string[]> {
    return (await this.list(options, below)).files.map((file) => file.path);
  }
}

export function skippedOf(list: FileList): Record<string, string> {
  return Object.fromEntries(list.skipped.map(({ path, reason }) => [path, reason]));
}

const language = (
  id: string,
  name: string,
  extensions: readonly string[],
  more: Partial<LanguageData> = {},
): LanguageData => ({
  id,
  name,
  grammar: `tree-sitter-${id}`,
  extensions,
  comments: [],
  literals: [],
  functions: {},
  types: {},
  decisions: [],
  logical: { nodes: [], operators: [] },
  cognitive: { ifs: [], structures: [], flat: [], elseIf: [], parentheses: [] },
  calls: {},
  imports: [],
  exported: { rule: "all" },
  resolution: { strategy: "c" },
  ...more,
});

/** Names only: what discovery reads of a language. */
export const fewLanguages: readonly LanguageData[] = [
  language("javascript", "JavaScript", [".js", ".mjs", ".cjs", ".jsx"], { interpreters: ["node"] }),
  language("typescript", "TypeScript", [".ts", ".mts", ".cts"]),
  language("python", "Python", [".py"], { interpreters: ["python"] }),
  language("ruby", "Ruby", [".rb"], { fileNames: ["Rakefile"], interpreters: ["ruby"] }),
  language("bash", "Bash", [".sh"], { interpreters: ["bash", "sh"] }),
  language("c", "C", [".c", ".h"]),
  language("cpp", "C++", [".cpp", ".hpp"]),
  language("go", "Go", [".go"]),
];
