import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { BenchServer } from "./mcp-server.ts";
import type { Figures } from "./print.ts";

/** A question that assistants ask, what our tool is asked for it, and what they do without one. */
interface Question {
  name: string;
  tool: string;
  input: object;
  /** Arguments of grep, as narrow as somebody who knows grep would choose them; and files that are then read as a whole. */
  grep?: readonly string[];
  read?: readonly string[];
  /**
   * What an answer consists of: has to stand in what both sides print. A pair where they write it differently. On top of these, every
   * Python file that our answer to a grep names has to be in grep's.
   */
  facts: readonly (string | readonly [ours: string, theirs: string])[];
}

const python = "--include=*.py";

/** Ten about Django's sources. */
const questions: readonly Question[] = [
  {
    name: "where is QuerySet defined",
    tool: "code_search",
    input: { query: "QuerySet", kind: "class", limit: 1 },
    grep: ["-rnE", String.raw`class QuerySet\b`, python],
    facts: ["django/db/models/query.py", "class QuerySet"],
  },
  {
    name: "who calls get_user_model",
    tool: "code_search",
    input: { query: "get_user_model", mode: "references", kind: "call", limit: 100 },
    grep: ["-rnE", String.raw`\bget_user_model\(`, python],
    facts: [
      "django/contrib/auth/forms.py",
      "django/contrib/auth/backends.py",
      "UserModel = get_user_model()",
    ],
  },
  {
    name: "what is in db/models/query.py",
    tool: "code_parse",
    input: { path: "django/db/models/query.py" },
    read: ["django/db/models/query.py"],
    facts: ["BaseIterable", "QuerySet", "bulk_create", "update_or_create"],
  },
  {
    name: "the code of URLResolver.resolve",
    tool: "code_parse",
    input: { path: "django/urls/resolvers.py", symbol: "URLResolver.resolve" },
    read: ["django/urls/resolvers.py"],
    facts: ["def resolve(self, path):", "raise Resolver404({'tried': tried, 'path': new_path})"],
  },
  {
    name: "what depends on utils/version.py",
    tool: "code_graph",
    input: { path: "django/utils/version.py", depth: 1 },
    grep: ["-rnE", String.raw`utils\.version|from \.version`, python],
    facts: ["django/__init__.py", "django/views/debug.py", "django/db/migrations/state.py"],
  },
  {
    name: "what does template/base.py import",
    tool: "code_graph",
    input: { path: "django/template/base.py", show: "uses", depth: 1 },
    read: ["django/template/base.py"],
    facts: [
      ["django/template/context.py", "from django.template.context import"],
      ["django/utils/formats.py", "from django.utils.formats import"],
      ["django/utils/text.py", "from django.utils.text import"],
      ["django/template/exceptions.py", "from .exceptions import"],
    ],
  },
  {
    // Who reads the file has the functions, and still has to judge them.
    name: "the five hardest functions of sql/query.py",
    tool: "code_analyze",
    input: { path: "django/db/models/sql/query.py", limit: 5 },
    read: ["django/db/models/sql/query.py"],
    facts: ["names_to_path", "deferred_to_data", "build_filter", "resolve_ref", "add_ordering"],
  },
  {
    name: "what get_object_or_404 takes",
    tool: "code_search",
    input: { query: "get_object_or_404", kind: "function", limit: 1 },
    grep: ["-rn", "def get_object_or_404", python],
    facts: ["django/shortcuts.py", "klass, *args, **kwargs"],
  },
  {
    name: "calls of exec",
    tool: "code_search",
    input: { query: "exec", mode: "references", kind: "call", language: "python" },
    grep: ["-rnE", String.raw`\bexec\(`, python],
    facts: ["django/core/management/commands/shell.py", "exec(sys.stdin.read(), globals())"],
  },
  {
    name: "what ModelAdmin derives from",
    tool: "code_search",
    input: { query: "ModelAdmin", kind: "class", limit: 1 },
    grep: ["-rnE", String.raw`class ModelAdmin\b`, python],
    facts: ["django/contrib/admin/options.py", "class ModelAdmin(BaseModelAdmin)"],
  },
];

/** About what a model's tokenizer makes of code and of JSON: four characters each. */
const charactersPerToken = 4;

/**
 * Tokens of our answers beside those of grep's output and of the files that are read for the same answers. A result has its facts
 * twice, as text and as structured content; clients give a model one of them (hosts that know structured content take that),
 * so both are counted: the text alone, and all that comes over the wire.
 */
export async function tokenFigures(server: BenchServer, root: string): Promise<Figures> {
  const rows: Figures[] = [];
  const sum = { text: 0, structured: 0, wire: 0, others: 0 };
  for (const question of questions) {
    const { name, tool, input } = question;
    const { text, structured, wire } = await server.callWhole(tool, input);
    const others = withoutTool(question, root);
    check(question, text, others);
    const tokens = {
      text: text.length / charactersPerToken,
      structured: structured.length / charactersPerToken,
      wire: wire.length / charactersPerToken,
      others: others.length / charactersPerToken,
    };
    for (const key of ["text", "structured", "wire", "others"] as const) sum[key] += tokens[key];
    rows.push({
      name: name.padEnd(42),
      "caelum's text": Math.round(tokens.text),
      "its structured content": Math.round(tokens.structured),
      "all that is sent": Math.round(tokens.wire),
      "grep and read": Math.round(tokens.others),
    });
  }
  return {
    questions: rows,
    "caelum's text": Math.round(sum.text),
    "its structured content": Math.round(sum.structured),
    "all that is sent": Math.round(sum.wire),
    "grep and read": Math.round(sum.others),
    "times fewer, as text": sum.others / sum.text,
    "times fewer, as structured content": sum.others / sum.structured,
    "times fewer, with all that is sent": sum.others / sum.wire,
  };
}

function withoutTool({ grep, read = [] }: Question, root: string): string {
  const printed =
    grep === undefined
      ? ""
      : execFileSync("grep", [...grep, "."], { cwd: root, encoding: "utf8", maxBuffer: 1e9 });
  return [printed, ...read.map((file) => readFileSync(path.join(root, file), "utf8"))].join("\n");
}

/** @throws Error where one side does not answer the question that the other one does */
function check({ name, grep, facts }: Question, ours: string, others: string): void {
  for (const fact of facts) {
    const [own, theirs] = typeof fact === "string" ? [fact, fact] : fact;
    if (!ours.includes(own)) throw new Error(`caelum does not answer "${name}": there is no ${own}`);
    if (!others.includes(theirs))
      throw new Error(`grep and read do not answer "${name}": there is no ${theirs}`);
  }
  if (grep === undefined) return;
  for (const [file] of ours.matchAll(/\bdjango\/\S+\.py\b/g))
    if (!others.includes(file)) throw new Error(`grep does not answer "${name}" as caelum does: ${file}`);
}
