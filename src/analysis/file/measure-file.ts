import {
  type Candidate,
  countTextLines,
  decode,
  inspect,
  type LanguageTable,
  mostSearchedBytes,
} from "../discovery/index.ts";
import type { SymbolFacts } from "../facts.ts";
import { TokenRecorder } from "../clones/record-tokens.ts";
import { type NameFacts, namesReader } from "../exports/index.ts";
import { FileFindings } from "../findings/file-findings.ts";
import type { FindingFacts } from "../findings/finding.ts";
import { languageById } from "../languages/index.ts";
import { compileLanguage } from "../measure/compile.ts";
import { type Extracted, Extractor } from "../measure/extract.ts";
import { maintainability } from "../measure/formulas.ts";
import type { LanguageData } from "../language.ts";
import type { FlatTree } from "../parse/flat-tree.ts";
import type { LoadedGrammar, Parsers } from "../parse/parsers.ts";
import type { RuleEngine } from "../rules/engine.ts";
import { findSecrets, secretFindings, secretHider } from "../secrets/index.ts";
import type { FileFacts, FileResult } from "./file-facts.ts";

interface Ready {
  grammar: LoadedGrammar;
  extractor: Extractor;
  recorder: TokenRecorder | undefined;
  names: ReturnType<typeof namesReader>;
}

/** A file's tree; it is overwritten by the next parse, of whatever language. */
export interface ParsedFile {
  text: string;
  tree: FlatTree;
  grammar: LoadedGrammar;
  data: LanguageData;
}

interface FoundInFile {
  facts: FindingFacts;
  /** Masks the file's secrets in JSON text; absent: it has none. */
  hide?: (json: string) => string;
}

export interface MeasurerOptions {
  /** Language ids asked for: what a file is may turn out only from its content. Absent or none: all. */
  only?: readonly string[];
  rules?: RuleEngine | undefined;
  /** Whether tapes for the search for copies are made; they cost about a tenth of the time. */
  tapes?: boolean;
}

const NO_TAPE = new Uint8Array(0);

/** Measures one file after the other. The parsers start when the first file needs them. */
export class FileMeasurer {
  readonly #startParsers: () => Promise<Parsers>;
  readonly #table: LanguageTable;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #rules: RuleEngine | undefined;
  readonly #tapes: boolean;
  #parsers: Promise<Parsers> | undefined;
  readonly #ready = new Map<string, Ready>();

  constructor(
    startParsers: () => Promise<Parsers>,
    table: LanguageTable,
    { only = [], rules, tapes = false }: MeasurerOptions = {},
  ) {
    this.#startParsers = startParsers;
    this.#table = table;
    this.#only = only.length === 0 ? undefined : new Set(only);
    this.#rules = rules;
    this.#tapes = tapes;
  }

  /**
   * Pure in content and candidate: the same bytes give the same result on every host.
   * Throws when tree-sitter runs out of memory.
   */
  async measure(
    content: Uint8Array,
    candidate: Pick<Candidate, "language" | "override" | "leftOut">,
  ): Promise<FileResult> {
    const inspection = inspect(content, candidate, this.#table);
    if (inspection.skip === "binary") return { type: "skipped", reason: "binary" };
    const { language, encoding, skip } = inspection;
    if (this.#only !== undefined && !this.#only.has(language))
      return { type: "skipped", reason: "excluded-language" };
    if (skip !== undefined) {
      const searched = decode(content.subarray(0, mostSearchedBytes), encoding);
      return { type: "skipped", reason: skip, found: secretsIn(searched) };
    }
    const text = decode(content, encoding);
    const ready = this.#ready.get(language) ?? (await this.#prepare(language));
    if (ready === undefined)
      return {
        ...withFindings(linesOnly(text, language, content.byteLength), this.#find(language, text)),
        ...(this.#tapes && { tape: NO_TAPE }),
      };
    // Offsets of the tree are characters; bytes are needed to say how much of the file an error covers.
    const textBytes =
      encoding === "latin1" || content.byteLength === text.length ? text.length : Buffer.byteLength(text);
    const tree = ready.grammar.parse(text);
    const { extractor, recorder } = ready;
    const result = measured(extractor.run(tree, text, textBytes), language, content.byteLength);
    const tape = recorder?.record(tree, text, extractor);
    const names = ready.names?.(tree, text);
    if (names !== undefined && result.type === "measured" && hasAny(names)) result.facts.names = names;
    return {
      ...withFindings(result, this.#find(language, text, { grammar: ready.grammar, tree })),
      ...(this.#tapes && { tape: tape ?? NO_TAPE }),
    };
  }

  #find(
    language: string,
    text: string,
    parsed?: { grammar: LoadedGrammar; tree: FlatTree },
  ): FoundInFile | undefined {
    const secrets = findSecrets(text);
    if (this.#rules === undefined && secrets.length === 0) return undefined;
    const findings = new FileFindings(text);
    for (const found of secretFindings(text, secrets)) findings.add(found);
    this.#rules?.run({ language, text }, parsed, findings);
    const facts = findings.finish();
    return secrets.length === 0 ? { facts } : { facts, hide: secretHider(text, secrets) };
  }

  /** The syntax tree alone; undefined where there is no grammar, or the file does not count. Throws as `measure`. */
  async parse(
    content: Uint8Array,
    candidate: Pick<Candidate, "language" | "override">,
  ): Promise<ParsedFile | undefined> {
    const inspection = inspect(content, candidate, this.#table);
    if (inspection.skip !== undefined) return undefined;
    const { language, encoding } = inspection;
    const ready = this.#ready.get(language) ?? (await this.#prepare(language));
    const data = languageById(language);
    if (ready === undefined || data === undefined) return undefined;
    const text = decode(content, encoding);
    return { text, tree: ready.grammar.parse(text), grammar: ready.grammar, data };
  }

  async #prepare(language: string): Promise<Ready | undefined> {
    const data = languageById(language);
    if (data === undefined) return undefined;
    this.#parsers ??= this.#startParsers();
    const grammar = await (await this.#parsers).load(data.grammar);
    const compiled = compileLanguage(data, grammar.language);
    const ready = {
      grammar,
      extractor: new Extractor(compiled),
      recorder: this.#tapes ? new TokenRecorder(language, grammar.language, compiled) : undefined,
      names: namesReader(language, grammar.language),
    };
    // Compiling rules parses their patterns: done while no file's tree is in the grammar's array.
    this.#rules?.program(language, grammar);
    this.#ready.set(language, ready);
    return ready;
  }
}

/** Nothing but secrets is of interest in a text that does not count. */
function secretsIn(text: string): FindingFacts {
  const secrets = findSecrets(text);
  if (secrets.length === 0) return {};
  const findings = new FileFindings(text);
  for (const found of secretFindings(text, secrets)) findings.add(found);
  return findings.finish();
}

function hasAny(names: NameFacts): boolean {
  return Object.keys(names).length > 0;
}

function withFindings(result: FileResult, found: FoundInFile | undefined): FileResult {
  if (result.type === "skipped" || found === undefined) return result;
  Object.assign(result.facts, found.facts);
  // Signatures, messages and fixes quote the code: a secret must not get into a report, a cache or onto the wire.
  return found.hide === undefined
    ? result
    : { ...result, facts: hidden(result.facts, found.hide), details: found.hide(result.details) };
}

function hidden(facts: FileFacts, hide: (json: string) => string): FileFacts {
  return JSON.parse(hide(JSON.stringify(facts))) as FileFacts;
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
