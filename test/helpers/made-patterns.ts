import type { LoadedGrammar } from "../../src/analysis/parse/parsers.ts";
import type { Source } from "../../src/analysis/rules/match/source.ts";
import { Is } from "../../src/analysis/rules/syntax/compile-syntax.ts";

/** How a place in real code is turned into a pattern. Lists are used in turn, as often as there is something to decide. */
export interface Choice {
  place: number;
  /** Which of its names become metavariables. */
  names: readonly boolean[];
  /** Whether the same name is the same metavariable everywhere. */
  sharesNames: boolean;
  /** Of each list of arguments: what becomes `...`; `around`: nothing does, and there is one on either side. */
  lists: readonly ("nothing" | "all" | "rest" | "start" | "around")[];
  /** Of each argument and operand: what stands for it as a whole. */
  parts: readonly ("itself" | "itself " | "metavariable" | "deep")[];
  /** Whether strings become `"..."`. */
  strings: boolean;
  /** Whether blocks become `{ ... }`. */
  blocks: boolean;
}

/** What is made wrong, so that the place it was made from is not found any more. */
export const mutations = [
  "other name",
  "shorter name",
  "operator",
  "number",
  "string",
  "more arguments",
  "fewer arguments",
  "binding",
] as const;
export type Mutation = (typeof mutations)[number];

interface Edit {
  start: number;
  end: number;
  by: string;
}

/** Operators of which one does not stand for another. */
const SWAPPED: Readonly<Record<string, string>> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "==": "!=",
  "!=": "==",
  "===": "!==",
  "!==": "===",
  "<": ">=",
  ">": "<=",
  "<=": ">",
  ">=": "<",
  "&&": "||",
  "||": "&&",
  and: "or",
  or: "and",
};

/** Makes patterns from the code of one file. */
export class PatternMaker {
  readonly #source: Source;
  readonly #language: string;
  readonly #kindOf: (node: number) => string;

  constructor(source: Source, grammar: LoadedGrammar, language: string) {
    this.#source = source;
    this.#language = language;
    this.#kindOf = (node) => grammar.language.nodeTypeForId(source.symbol(node)) ?? "";
  }

  /**
   * The text of a node with parts of it taken out; undefined where the mutation has nothing to work on. `wrong` says which of
   * the possible places is mutated.
   */
  text(node: number, choice: Choice, mutation?: Mutation, wrong = 0): string | undefined {
    const { edits, kept } = this.#generalised(node, choice);
    if (mutation !== undefined) {
      const changes = this.#changes(mutation, edits, kept);
      if (changes.length === 0) return undefined;
      const change = changes[wrong % changes.length]!;
      return this.#applied(node, [
        ...edits.filter((edit) => !change.instead.includes(edit)),
        ...change.edits,
      ]);
    }
    return this.#applied(node, edits);
  }

  /** What is replaced, and the nodes that stay as they are written. */
  #generalised(node: number, choice: Choice): { edits: Edit[]; kept: number[] } {
    const source = this.#source;
    const edits: Edit[] = [];
    const kept: number[] = [];
    const parts = new Set<number>();
    let names = 0;
    let lists = 0;
    let metavariables = 0;
    const numbers = new Map<string, number>();
    const replace = (first: number, last: number, by: string): void =>
      void edits.push({ start: source.start(first), end: source.end(last), by });
    for (let at = node; at < source.after(node); at++) {
      const skip = (): void => void (at = source.after(at) - 1);
      const covering = edits.at(-1);
      if (covering !== undefined && source.start(at) < covering.end && source.start(at) >= covering.start)
        continue;
      if (parts.has(at)) {
        const way = choice.parts[parts.size % choice.parts.length];
        parts.delete(at);
        if (way === "metavariable") {
          replace(at, at, `$P${metavariables++}`);
          skip();
          continue;
        }
        if (way === "deep") {
          replace(at, at, `<... ${source.textOf(this.#nameIn(at))} ...>`);
          skip();
          continue;
        }
      }
      if (this.#isList(at)) {
        const given = source.children(at).filter((child) => source.isNamed(child));
        const way = choice.lists[lists++ % choice.lists.length];
        if (way === "all") {
          replace(at, at, "(...)");
          skip();
          continue;
        }
        for (const child of given) if (this.#isWhole(child)) parts.add(child);
        if (way === "rest" && given.length > 1) {
          // Looked at when its turn comes: what stands before is walked through first.
          edits.push({ start: source.start(given[1]!), end: source.end(given.at(-1)!), by: "..." });
          const [first] = given;
          if (this.#isWhole(first!)) {
            kept.push(...this.#nodesOf(first!));
          }
          skip();
          continue;
        }
        if (way === "around" && given.length > 0) {
          const [start, end] = [source.start(at) + 1, source.end(at) - 1];
          edits.push({ start, end: start, by: "..., " }, { start: end, end, by: ", ..." });
        }
        if (way === "start" && given.length > 1) replace(given[0]!, given.at(-2)!, "...");
      }
      if (
        choice.blocks &&
        at !== node &&
        (source.is(at) & Is.block) !== 0 &&
        /^\{.*\}$/s.test(source.textOf(at))
      ) {
        replace(at, at, "{ ... }");
        skip();
        continue;
      }
      if (choice.strings && this.#isPlainString(at)) {
        replace(at, at, '"..."');
        skip();
        continue;
      }
      if ((source.is(at) & Is.string) !== 0) {
        kept.push(at);
        skip();
        continue;
      }
      if (this.#isFreeName(at) && choice.names[names++ % choice.names.length] === true) {
        const name = source.textOf(at);
        if (!numbers.has(name)) numbers.set(name, numbers.size);
        replace(at, at, choice.sharesNames ? `$S${numbers.get(name)}` : `$N${names}`);
      } else kept.push(at);
    }
    return { edits, kept };
  }

  #nodesOf(node: number): number[] {
    return Array.from({ length: this.#source.after(node) - node }, (_, at) => node + at);
  }

  /** The last name in a part, or all of it: something that is found further in. */
  #nameIn(node: number): number {
    return this.#nodesOf(node).findLast((at) => this.#isFreeName(at)) ?? node;
  }

  #isList(node: number): boolean {
    const source = this.#source;
    const parent = source.parents[node]!;
    const call = parent < 0 ? undefined : source.syntax.calls.get(source.symbol(parent));
    return (
      call !== undefined &&
      source.follow(parent, call.arguments) === node &&
      /argument/.test(this.#kindOf(node)) &&
      /^\(.*\)$/s.test(source.textOf(node))
    );
  }

  /** A part that a metavariable may stand for, as it is written. */
  #isWhole(node: number): boolean {
    const source = this.#source;
    const text = source.textOf(node);
    return (
      (source.is(node) & Is.entry) === 0 &&
      !/splat|spread|block_argument|variadic|type|attribute|pair|function|lambda|arrow|closure|block/.test(
        this.#kindOf(node),
      ) &&
      !/^(?:\.\.\.|[*&]|\w+:(?!:)|(?:ref|out|in)\b)/.test(text)
    );
  }

  #isPlainString(node: number): boolean {
    const source = this.#source;
    const parent = source.parents[node]!;
    return (
      (source.is(node) & Is.string) !== 0 &&
      /^["']/.test(source.textOf(node)) &&
      !this.#kindOf(node).startsWith("char") &&
      source.stringValue(node) !== undefined &&
      (parent < 0 || (source.is(parent) & (Is.entry | Is.string | Is.concatenation)) === 0) &&
      !/jsx|include|import|pair|annotation|attribute|case|label/.test(this.#kindOf(parent))
    );
  }

  #isFreeName(node: number): boolean {
    const source = this.#source;
    if ((source.is(node) & Is.name) === 0 || !source.isLeaf(node) || !/^[a-z]\w*$/i.test(source.textOf(node)))
      return false;
    // The name of a variable in PHP is a part of one, and a keyword argument's is no place for a metavariable.
    const parent = source.parents[node]!;
    return (
      !/^(?:variable_name|jsx_.*|.*type.*)$/.test(this.#kindOf(parent)) &&
      (source.is(parent) & Is.entry) === 0 &&
      !/^(?:self|this|super|cls)$/.test(source.textOf(node))
    );
  }

  /** Every single thing that can be made wrong in what is left as it is written. */
  #changes(
    mutation: Mutation,
    edits: readonly Edit[],
    kept: readonly number[],
  ): { edits: Edit[]; instead: readonly Edit[] }[] {
    const source = this.#source;
    const at = (one: number, by: string): { edits: Edit[]; instead: readonly Edit[] } => ({
      edits: [{ start: source.start(one), end: source.end(one), by }],
      instead: [],
    });
    const leaves = kept.filter((one) => source.isLeaf(one));
    const text = (one: number): string => source.textOf(one);
    switch (mutation) {
      case "other name":
      case "shorter name":
        return leaves
          .filter((one) => (source.is(one) & Is.name) !== 0 && /^\w{3,}$/.test(text(one)))
          .map((one) => at(one, mutation === "other name" ? `${text(one)}Changed` : text(one).slice(0, -1)));
      case "operator":
        return leaves
          .filter((one) => !source.isNamed(one) && this.#isBinary(source.parents[one]!))
          .flatMap((one) => (SWAPPED[text(one)] === undefined ? [] : [at(one, SWAPPED[text(one)]!)]));
      case "number":
        return leaves
          .filter((one) => (source.is(one) & Is.number) !== 0 && /^\d+$/.test(text(one)))
          .map((one) => at(one, `${Number(text(one)) + 1}`));
      case "string":
        return kept
          .filter((one) => this.#isPlainString(one) && /^(["']).*\1$/.test(text(one)))
          .map((one) => at(one, `${text(one).slice(0, -1)}changed${text(one).at(-1)!}`));
      case "more arguments":
        return this.#fixedLists(edits, kept).map((one) => {
          const end = source.end(one) - 1;
          const by = source.children(one).length === 0 ? "more1" : ", more1";
          return { edits: [{ start: end, end, by }], instead: [] };
        });
      case "fewer arguments":
        return this.#fixedLists(edits, kept).flatMap((one) => {
          const given = source.children(one).filter((child) => source.isNamed(child));
          if (given.length === 0) return [];
          const start = given.length === 1 ? source.start(given[0]!) : source.end(given.at(-2)!);
          const end = source.end(given.at(-1)!);
          const instead = edits.filter((edit) => edit.start >= start && edit.end <= end);
          return [{ edits: [{ start, end, by: "" }], instead }];
        });
      case "binding": {
        const made = edits.filter(({ by }) => by.startsWith("$"));
        return made.flatMap((first, index) =>
          made
            .slice(index + 1)
            .filter((second) => this.#written(first) !== this.#written(second) && first.by !== second.by)
            .map((second) => ({
              edits: [
                { ...first, by: "$SAME" },
                { ...second, by: "$SAME" },
              ],
              instead: [first, second],
            })),
        );
      }
    }
  }

  /** Lists of arguments without any `...` in them. */
  #fixedLists(edits: readonly Edit[], kept: readonly number[]): number[] {
    const source = this.#source;
    const open = edits.filter(({ by }) => /^\(?(?:, )?\.\.\.(?:, )?\)?$/.test(by));
    return kept.filter(
      (one) =>
        this.#isList(one) &&
        !open.some(({ start, end }) => start <= source.end(one) && end >= source.start(one)),
    );
  }

  #isBinary(parent: number): boolean {
    return /binary|comparison|boolean|logical/.test(this.#kindOf(parent));
  }

  #written({ start, end }: Edit): string {
    return this.#source.text.slice(start, end).replace(/\s+/g, "");
  }

  #applied(node: number, edits: readonly Edit[]): string {
    const source = this.#source;
    let out = "";
    let last = source.start(node);
    for (const { start, end, by } of edits.toSorted((a, b) => a.start - b.start)) {
      out += source.text.slice(last, start) + by;
      last = end;
    }
    return out + source.text.slice(last, source.end(node));
  }

  /** Where patterns are made from: what is a whole statement or expression wherever it stands. */
  places(): number[] {
    const source = this.#source;
    return Array.from({ length: source.count }, (_, node) => node).filter(
      (node) =>
        WHOLE.test(this.#kindOf(node)) &&
        source.isNamed(node) &&
        // `a * b;` may declare b, `defined(X)` is the preprocessor's, `A::$X` is a static property of PHP.
        !(/^c(?:pp)?$/.test(this.#language) && /^\w+ [*&]+ \w+$|defined/.test(source.textOf(node))) &&
        !(this.#language === "php" && source.textOf(node).includes("::")) &&
        source.unwrap(node) === node &&
        source.end(node) - source.start(node) < 300,
    );
  }
}

const WHOLE =
  /^(?:.*call.*|invocation_expression|method_invocation|(?:object_creation|new|assignment|binary|conditional|ternary)_expression|assignment|binary(?:_operator)?|return_statement|return|if_statement|if)$/;
