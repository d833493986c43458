import { type Candidate, countTextLines, decode, inspect, type LanguageTable } from "../discovery/index.ts";
import type { SymbolFacts } from "../facts.ts";
import { languageById } from "../languages/index.ts";
import { compileLanguage } from "../measure/compile.ts";
import { type Extracted, Extractor } from "../measure/extract.ts";
import { maintainability } from "../measure/formulas.ts";
import type { LoadedGrammar, Parsers } from "../parse/parsers.ts";
import type { FileFacts, FileResult } from "./file-facts.ts";

interface Ready {
  grammar: LoadedGrammar;
  extractor: Extractor;
}

/** Measures one file after the other. The parsers start when the first file needs them. */
export class FileMeasurer {
  readonly #startParsers: () => Promise<Parsers>;
  readonly #table: LanguageTable;
  readonly #only: ReadonlySet<string> | undefined;
  #parsers: Promise<Parsers> | undefined;
  readonly #ready = new Map<string, Ready>();

  /** `only` are the language ids asked for: what a file is may turn out only from its content. */
  constructor(startParsers: () => Promise<Parsers>, table: LanguageTable, only?: readonly string[]) {
    this.#startParsers = startParsers;
    this.#table = table;
    this.#only = only === undefined || only.length === 0 ? undefined : new Set(only);
  }

  /**
   * Pure in content and candidate: the same bytes give the same result on every host.
   * Throws when tree-sitter runs out of memory.
   */
  async measure(
    content: Uint8Array,
    candidate: Pick<Candidate, "language" | "override">,
  ): Promise<FileResult> {
    const inspection = inspect(content, candidate, this.#table);
    if (inspection.skip !== undefined) return { type: "skipped", reason: inspection.skip };
    const { language, encoding } = inspection;
    if (this.#only !== undefined && !this.#only.has(language))
      return { type: "skipped", reason: "excluded-language" };
    const text = decode(content, encoding);
    const ready = this.#ready.get(language) ?? (await this.#prepare(language));
    if (ready === undefined) return linesOnly(text, language, content.byteLength);
    // Offsets of the tree are characters; bytes are needed to say how much of the file an error covers.
    const textBytes =
      encoding === "latin1" || content.byteLength === text.length ? text.length : Buffer.byteLength(text);
    return measured(
      ready.extractor.run(ready.grammar.parse(text), text, textBytes),
      language,
      content.byteLength,
    );
  }

  async #prepare(language: string): Promise<Ready | undefined> {
    const data = languageById(language);
    if (data === undefined) return undefined;
    this.#parsers ??= this.#startParsers();
    const grammar = await (await this.#parsers).load(data.grammar);
    const ready = { grammar, extractor: new Extractor(compileLanguage(data, grammar.language)) };
    this.#ready.set(language, ready);
    return ready;
  }
}

function linesOnly(text: string, language: string, bytes: number): FileResult {
  return {
    type: "measured",
    facts: { ...noFunctions(language, bytes), parsed: false, lines: countTextLines(text, language) },
    details: '"functions":[],"symbols":[]',
  };
}

function noFunctions(language: string, bytes: number): FileFacts {
  return {
    language,
    bytes,
    lines: { code: 0, comment: 0, blank: 0 },
    parsed: true,
    errorBytes: 0,
    functions: 0,
    cyclomatic: 0,
    cognitive: 0,
    maxCyclomatic: 0,
    maxCognitive: 0,
    maxOwnCognitive: 0,
    maxNesting: 0,
    halsteadVolume: 0,
    halsteadEffort: 0,
    maintainability: 100,
    imports: [],
  };
}

/** Strategies of resolving imports that look for types by name. */
const IMPORTS_NAME_TYPES: ReadonlySet<string> = new Set(["java", "csharp", "php"]);

/** Kinds of symbols that such an import may name. */
const TYPE_KINDS: ReadonlySet<string> = new Set([
  "class",
  "interface",
  "struct",
  "enum",
  "record",
  "trait",
  "annotation",
  "delegate",
  "type",
]);

/** Names of the types that stand in no other type. */
function topTypes(symbols: readonly SymbolFacts[]): string[] {
  const types = symbols.filter((symbol) => TYPE_KINDS.has(symbol.kind));
  const names = new Set(types.map((type) => type.name));
  return types
    .filter(({ container }) => container === undefined || !names.has(container.split(".").at(-1)!))
    .map(({ name }) => name);
}

/** `mod tests { … }`: what is imported in there is looked for from another place. */
function inlineModules(symbols: readonly SymbolFacts[]): NonNullable<FileFacts["inlineModules"]> {
  return symbols
    .filter(({ kind }) => kind === "module")
    .map(({ name, line, endLine }) => ({ name, line, endLine }));
}

function measured(extracted: Extracted, language: string, bytes: number): FileResult {
  const { functions, symbols, imports, modules, lines, errorBytes } = extracted;
  const facts = noFunctions(language, bytes);
  facts.lines = lines;
  facts.errorBytes = errorBytes;
  facts.functions = functions.length;
  facts.cyclomatic = extracted.topCyclomatic;
  facts.cognitive = extracted.topCognitive;
  let code = 0;
  let ownCyclomatic = 0;
  for (const one of functions) {
    ownCyclomatic += one.cyclomatic;
    // An inner function's cognitive complexity is part of the outer one's already.
    if (!one.nested) facts.cognitive += one.cognitive;
    facts.maxCyclomatic = Math.max(facts.maxCyclomatic, one.cyclomatic);
    facts.maxCognitive = Math.max(facts.maxCognitive, one.cognitive);
    facts.maxOwnCognitive = Math.max(facts.maxOwnCognitive, one.ownCognitive);
    facts.maxNesting = Math.max(facts.maxNesting, one.nesting);
    facts.halsteadVolume += one.halstead.volume;
    facts.halsteadEffort += one.halstead.effort;
    code += one.code;
  }
  facts.cyclomatic += ownCyclomatic;
  const count = functions.length;
  if (count > 0)
    facts.maintainability = maintainability(
      facts.halsteadVolume / count,
      ownCyclomatic / count,
      code / count,
    );
  facts.imports = imports;
  if (modules.length > 0) facts.modules = modules;
  const strategy = languageById(language)?.resolution.strategy ?? "";
  if (IMPORTS_NAME_TYPES.has(strategy)) facts.types = topTypes(symbols);
  if (strategy === "rust") facts.inlineModules = inlineModules(symbols);
  return {
    type: "measured",
    facts,
    details: `"functions":${JSON.stringify(functions)},"symbols":${JSON.stringify(symbols)}`,
  };
}
