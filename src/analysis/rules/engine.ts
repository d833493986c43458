import type { FileFindings } from "../findings/file-findings.ts";
import { languageById } from "../languages/index.ts";
import type { FlatTree } from "../parse/flat-tree.ts";
import type { LoadedGrammar } from "../parse/parsers.ts";
import { Program } from "./program.ts";
import type { Rule, RuleSet } from "./rule.ts";
import { compileSyntax } from "./syntax/compile-syntax.ts";

/** A rule set at work: a program for each language, compiled when the first file of it comes. */
export class RuleEngine {
  readonly #rules: readonly Rule[];
  readonly #programs = new Map<string, Program>();

  constructor({ rules }: RuleSet) {
    this.#rules = rules;
  }

  /**
   * The rules of a language. Rules that cannot be compiled are its `problems`. The first call parses patterns, which
   * overwrites the grammar's tree: it has to come before a file is parsed.
   */
  program(language: string, grammar: LoadedGrammar): Program {
    let program = this.#programs.get(language);
    if (program === undefined) {
      const rules = this.#for(language);
      const functions = Object.keys(languageById(language)?.functions ?? {});
      program = new Program(
        rules,
        rules.length === 0
          ? undefined
          : { grammar, syntax: compileSyntax(language, grammar.language, functions) },
      );
      this.#programs.set(language, program);
    }
    return program;
  }

  /** Rules that look at any text. */
  get textProgram(): Program {
    let program = this.#programs.get("regex");
    if (program === undefined)
      this.#programs.set("regex", (program = new Program(this.#for("regex"), undefined)));
    return program;
  }

  /** Adds what all rules find in a file. */
  run(
    file: { language: string; text: string },
    parsed: { grammar: LoadedGrammar; tree: FlatTree } | undefined,
    findings: FileFindings,
  ): void {
    if (parsed !== undefined)
      this.program(file.language, parsed.grammar).run(parsed.tree, file.text, findings);
    this.textProgram.run(undefined, file.text, findings);
  }

  #for(language: string): Rule[] {
    return this.#rules.filter(({ languages }) => languages.includes(language));
  }
}
