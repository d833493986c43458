/** Names of languages in rules, as Semgrep has them → caelum's ids. */
const byName: Readonly<Record<string, readonly string[]>> = {
  python: ["python"],
  py: ["python"],
  python2: ["python"],
  python3: ["python"],
  javascript: ["javascript"],
  js: ["javascript"],
  typescript: ["typescript", "tsx"],
  ts: ["typescript", "tsx"],
  jsx: ["javascript"],
  tsx: ["tsx"],
  go: ["go"],
  golang: ["go"],
  java: ["java"],
  rust: ["rust"],
  c: ["c"],
  cpp: ["cpp"],
  "c++": ["cpp"],
  csharp: ["csharp"],
  "c#": ["csharp"],
  cs: ["csharp"],
  ruby: ["ruby"],
  rb: ["ruby"],
  php: ["php"],
  bash: ["bash"],
  sh: ["bash"],
  regex: ["regex"],
  none: ["regex"],
};

/** Languages that others know and caelum does not. */
const elsewhere: ReadonlySet<string> = new Set([
  "generic",
  "apex",
  "cairo",
  "clojure",
  "circom",
  "dart",
  "dockerfile",
  "docker",
  "elixir",
  "ex",
  "hack",
  "html",
  "json",
  "jsonnet",
  "julia",
  "kotlin",
  "kt",
  "lisp",
  "lua",
  "move_on_aptos",
  "move_on_sui",
  "ocaml",
  "promql",
  "proto",
  "protobuf",
  "ql",
  "r",
  "scala",
  "scheme",
  "solidity",
  "sol",
  "swift",
  "terraform",
  "hcl",
  "vue",
  "xml",
  "yaml",
  "aliengrep",
  "spacegrep",
]);

export type LanguageAnswer =
  | { type: "known"; ids: readonly string[] }
  | { type: "unsupported" }
  | { type: "unknown" };

export function languagesNamed(name: string): LanguageAnswer {
  const key = name.toLowerCase();
  const ids = Object.hasOwn(byName, key) ? byName[key] : undefined;
  if (ids !== undefined) return { type: "known", ids };
  return { type: elsewhere.has(key) ? "unsupported" : "unknown" };
}

export const languageNames: readonly string[] = Object.keys(byName);
