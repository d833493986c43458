import type { LanguageData } from "../language.ts";
import { textLanguages } from "./text-languages.ts";

/** Either kind of language, as far as telling it by name goes. */
interface Named {
  id: string;
  name: string;
  extensions?: readonly string[];
  fileNames?: readonly string[];
  interpreters?: readonly string[];
}

/**
 * Tells a file's language by its name, `#!` line or linguist's name for it. Languages given first win, and all of
 * them win over text languages.
 */
export class LanguageTable {
  readonly #fileNames = new Map<string, string>();
  readonly #extensions = new Map<string, string>();
  readonly #interpreters = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #parsed: ReadonlySet<string>;

  constructor(languages: readonly LanguageData[]) {
    this.#parsed = new Set(languages.map(({ id }) => id));
    for (const language of [...languages, ...textLanguages] as readonly Named[]) {
      const { id, name, extensions = [], fileNames = [], interpreters = [] } = language;
      for (const key of fileNames) setOnce(this.#fileNames, key, id);
      for (const key of extensions) setOnce(this.#extensions, key, id);
      for (const key of interpreters) setOnce(this.#interpreters, key, id);
      for (const key of [id, name.toLowerCase()]) setOnce(this.#names, key, id);
    }
    for (const [alias, id] of Object.entries(linguistNames)) {
      if (this.#names.has(id)) setOnce(this.#names, alias, id);
    }
  }

  /** Whether a language is one that caelum parses. */
  isParsed(id: string): boolean {
    return this.#parsed.has(id);
  }

  /** By whole name first, then by the longest known extension (`.d.ts` before `.ts`). */
  byName(name: string): string | undefined {
    const whole = this.#fileNames.get(name) ?? variantOf(name, this.#fileNames);
    if (whole !== undefined) return whole;
    const lower = name.toLowerCase();
    // A leading dot starts a hidden file's name, not its extension.
    for (let dot = lower.indexOf(".", 1); dot > 0; dot = lower.indexOf(".", dot + 1)) {
      const id = this.#extensions.get(lower.slice(dot));
      if (id !== undefined) return id;
    }
    return undefined;
  }

  /** By a name as in `linguist-language=C++`, or an id. */
  byLinguistName(name: string): string | undefined {
    return this.#names.get(name.toLowerCase());
  }

  /** By the program in a first line such as `#!/usr/bin/env -S python3.11 -u`. */
  byShebang(firstLine: string): string | undefined {
    if (!firstLine.startsWith("#!")) return undefined;
    const words = firstLine.slice(2).trim().split(/\s+/);
    let program = baseName(words.shift());
    if (program === "env") {
      // Options and variables come before the program.
      while (words[0] !== undefined && /^-|=/.test(words[0])) words.shift();
      program = baseName(words.shift());
    }
    const plain = program.toLowerCase();
    return this.#interpreters.get(plain) ?? this.#interpreters.get(plain.replace(/[\d.]+$/, ""));
  }

  /** Whether a file with this language could be found by its content alone. */
  hasInterpreter(id: string): boolean {
    for (const other of this.#interpreters.values()) if (other === id) return true;
    return false;
  }
}

/** Names of linguist that are neither an id nor a name here. */
const linguistNames: Readonly<Record<string, string>> = {
  "c++": "cpp",
  "c#": "csharp",
  js: "javascript",
  ts: "typescript",
  py: "python",
  rb: "ruby",
  rs: "rust",
  golang: "go",
  sh: "bash",
  shell: "bash",
  "html+php": "php",
  scss: "sass",
};

/** `Dockerfile.dev`, `Makefile.am`: a known whole name in front of the first dot. */
function variantOf(name: string, fileNames: ReadonlyMap<string, string>): string | undefined {
  const dot = name.indexOf(".", 1);
  if (dot < 0) return undefined;
  const stem = name.slice(0, dot);
  return variants.has(stem) ? fileNames.get(stem) : undefined;
}

const variants: ReadonlySet<string> = new Set([
  "Dockerfile",
  "Containerfile",
  "Makefile",
  "Kconfig",
  "Jenkinsfile",
]);

function setOnce(map: Map<string, string>, key: string, id: string): void {
  if (!map.has(key)) map.set(key, id);
}

function baseName(program: string | undefined): string {
  return program?.slice(program.lastIndexOf("/") + 1) ?? "";
}
