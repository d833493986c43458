/** Some lines of a file, as they are when the page is written; `line` is the number of the first. */
export interface Excerpt {
  line: number;
  text: string;
}

/**
 * What the HTML page knows: columns rather than objects where there is one entry for each file, so that 20,000 files are a
 * megabyte or two when compressed. Files are named by their number.
 */
export interface PageModel {
  project: string;
  complete: boolean;
  totals: {
    files: number;
    bytes: number;
    code: number;
    comment: number;
    blank: number;
    functions: number;
    cognitive: number;
    maintainability: number;
    confidence: number | null;
    duplication?: number;
    unresolved: number;
  };
  languages: {
    name: string;
    files: number;
    code: number;
    functions: number;
    cognitive: number;
    confidence: number | null;
  }[];
  files: {
    path: string[];
    /** Number of the language. */
    language: number[];
    code: number[];
    functions: number[];
    cognitive: number[];
    worst: number[];
    maintainability: number[];
    /** Share of the bytes that the parser understood, in ten-thousandths; -1: lines only. */
    confidence: number[];
    fanIn: number[];
    fanOut: number[];
    duplicated: number[];
  };
  /** From and to, one after the other; of each file to what it imports. */
  edges: number[];
  edgesCut: boolean;
  cycles: {
    files: number[];
    /** The import to cut first; absent: too many to tell. `left`: files of the largest cycle that is left, 0: none. */
    cut?: { from: number; to: number; left: number };
  }[];
  /** Names of the project's layers; absent: it has none. */
  layers?: string[];
  /** Absent: it was not asked for. `affected` by depth. */
  since?: {
    revision: string;
    commit: string;
    changed: { path: string; status: string; from?: string }[];
    affected: { file: number; depth: number }[];
  };
  /** Absent: only a part of the files was read. */
  unused?: {
    orphans: number[];
    exports: { file: number; line: number; name: string; kind: string; usedBy: string }[];
  };
  history?: {
    state: "full" | "shallow" | "grafted" | "none";
    reason?: string;
    commits: number;
    authors: number;
    from?: string;
    to?: string;
  };
  hotspots: {
    file: number;
    score: number;
    cognitive: number;
    commits: number;
    recent: number;
    trend: string;
    authors: number;
    mainAuthor: string;
    mainShare: number;
    atRisk: boolean;
    lastChange: string;
  }[];
  coupling: { a: number; b: number; shared: number; degree: number }[];
  findings: {
    ruleId: string;
    severity: string;
    confidence: string;
    cwe: readonly string[];
    message: string;
    line: number;
    column: number;
    fix?: string;
    file: number;
    /** Of a file that is none of `files`. */
    path?: string;
    excerpt?: Excerpt;
    flow?: { line: number; message: string; text: string }[];
  }[];
  findingsTotal: number;
  suppressed: { comment: number; baseline: number };
  clones: {
    kind: string;
    tokens: number;
    lines: number;
    fragments: { file: number; line: number; endLine: number; excerpt?: Excerpt }[];
  }[];
  clonesTotal: number;
  /** Places that look alike and were too many to compare. */
  notCompared: number;
  functions: {
    name: string;
    file: number;
    line: number;
    own: number;
    cyclomatic: number;
    nesting: number;
    parameters: number;
    code: number;
  }[];
  skipped: [reason: string, files: number][];
  /** What of that was searched for secrets and what was not, in sentences. */
  secretSearch: string[];
  /** Rules, or parts of rules, that were not used as they are written. */
  unsupportedRules: { rule: string; place: string; message: string; effect: string }[];
  gates: { text: string; isFailed: boolean }[];
}
