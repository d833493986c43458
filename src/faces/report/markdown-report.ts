import type { Analysis, Finding } from "#analysis";
import { count, counted } from "../format.ts";
import { notComparedLine } from "./clones-text.ts";
import { secretSearchLines } from "./secret-search.ts";

const ROWS = 20;
const ICONS = { critical: "🛑", high: "🔴", medium: "🟠", low: "🔵", info: "⚪" } as const;

/** What a pull request needs to know, as GitHub and GitLab show Markdown: verdict, findings, hotspots, copies; the rest folded. */
export function markdownReport(analysis: Analysis): string {
  const { totals, found, hotspots, clones, cycles } = analysis;
  const parts = [
    `### ${verdictOf(analysis)} caelum analyze: ${text(analysis.project)}`,
    [
      counted(totals.files, "file"),
      `${counted(totals.lines.code, "line")} of code`,
      counted(found.findings.length, "finding"),
      ...(clones === undefined ? [] : [`${clones.percent} % copied`]),
      counted(cycles.length, "import cycle"),
      ...(totals.parse.confidence === null
        ? []
        : [`${(totals.parse.confidence * 100).toFixed(2)} % of bytes understood`]),
    ].join(" · "),
    gateLines(analysis).join("\n"),
    findingTable(found.findings),
    hotspots === undefined || hotspots.hotspots.length === 0
      ? ""
      : folded(
          "Hotspots",
          table(
            ["file", "cognitive", "changes", "main author"],
            hotspots.hotspots
              .slice(0, 10)
              .map((one) => [
                code(one.path),
                count(one.cognitive),
                count(one.commits),
                `${text(one.mainAuthor)} ${Math.round(one.mainShare * 100)} %${one.atRisk ? " (gone)" : ""}`,
              ]),
          ),
        ),
    folded(
      "Worst functions",
      table(
        ["function", "at", "own cognitive", "cyclomatic"],
        analysis
          .worst("cognitive", 10)
          .filter(({ ownCognitive }) => ownCognitive > 0)
          .map((one) => [
            code(one.name),
            code(`${one.path}:${one.line}`),
            count(one.ownCognitive),
            count(one.cyclomatic),
          ]),
      ),
    ),
    clones === undefined || clones.classes.length === 0
      ? ""
      : folded(
          "Copies",
          table(
            ["copied", "and", "copies", "lines"],
            clones.classes
              .slice(0, 10)
              .map(({ fragments, lines }) => [
                ...fragments.slice(0, 2).map(({ path, line, endLine }) => code(`${path}:${line}-${endLine}`)),
                count(fragments.length),
                count(lines),
              ]),
          ),
        ),
    clones === undefined ? "" : notComparedLine(clones),
    secretSearchLines(analysis.secretSearch).join("\n"),
    folded("Rules not in use as they are written", unsupportedTable(found.unsupportedRules)),
    folded("Cycles", cycleTable(analysis)),
    folded("Unused", unusedTables(analysis)),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function verdictOf(analysis: Analysis): string {
  if (!analysis.complete) return "⚠️";
  return gateLines(analysis).some((line) => line.includes("❌")) ? "❌" : "✅";
}

function gateLines(analysis: Analysis): string[] {
  const { gate } = analysis.found;
  const copies = analysis.duplicationGate;
  return [
    ...(analysis.complete ? [] : ["- ⚠️ incomplete: some files could not be measured"]),
    ...analysis.gates.map(({ measure, limit, failures }) =>
      gateLine(failures.length > 0, `${counted(failures.length, "function")} above ${measure} ${limit}`),
    ),
    ...(copies === undefined
      ? []
      : [gateLine(copies.isFailed, `${copies.percent} % of the code copied, ${copies.limit} % may be`)]),
    ...(gate === undefined
      ? []
      : [
          gateLine(
            gate.failures > 0,
            `${counted(gate.failures, "finding")} of severity ${gate.severity} or more`,
          ),
        ]),
  ];
}

function findingTable(findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  const order = Object.keys(ICONS);
  const sorted = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const rows = sorted
    .slice(0, ROWS)
    .map((one) => [
      `${ICONS[one.severity]} ${one.severity}`,
      code(`${one.path}:${one.line}`),
      text(one.message),
      code(one.ruleId),
    ]);
  const more = findings.length > ROWS ? `\n\nand ${count(findings.length - ROWS)} more` : "";
  return `${table(["severity", "where", "what", "rule"], rows)}${more}`;
}

function unsupportedTable(rules: Analysis["found"]["unsupportedRules"]): string {
  const more = rules.length > ROWS ? `\n\nand ${count(rules.length - ROWS)} more` : "";
  return `${table(
    ["rule", "at", "what becomes of it", "why"],
    rules
      .slice(0, ROWS)
      .map(({ ruleId, file, line, effect, message }) => [
        code(ruleId),
        code(`${file}:${line}`),
        effect,
        text(message),
      ]),
  )}${more}`;
}

function cycleTable({ cycles, cuts }: Analysis): string {
  return table(
    ["files", "cut first", "leaves a cycle of"],
    cycles.slice(0, 10).map((cycle, at) => {
      const cut = cuts[at];
      return cut === undefined
        ? [count(cycle.length), `${code(cycle[0]!)}, …`, ""]
        : [count(cycle.length), `${code(cut.from)} → ${code(cut.to)}`, count(cut.left)];
    }),
  );
}

/** Files that nothing imports or starts, then exports that nothing takes. */
function unusedTables({ unused }: Analysis): string {
  const { orphans = [], exports = [] } = unused ?? {};
  const more = (all: readonly unknown[]): string =>
    all.length > ROWS ? `\n\nand ${count(all.length - ROWS)} more` : "";
  const parts = [
    orphans.length === 0
      ? ""
      : `${table(
          ["file that nothing imports or starts"],
          orphans.slice(0, ROWS).map((path) => [code(path)]),
        )}${more(orphans)}`,
    exports.length === 0
      ? ""
      : `${table(
          ["export", "at", "used by"],
          exports
            .slice(0, ROWS)
            .map(({ name, path, line, usedBy }) => [code(name), code(`${path}:${line}`), usedBy]),
        )}${more(exports)}`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function folded(title: string, body: string): string {
  return body === "" ? "" : `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** What a repository calls things must not become markup, a link, or a mention of somebody. */
function text(from: string): string {
  return from
    .replace(/\s+/g, " ")
    .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/([\\`*_{}[\]()#+!|~-])/g, "\\$1")
    .replaceAll("@", "@\u200b");
}

/** A backtick ends code: it needs a longer fence, and `|` ends a cell even in there. */
function code(from: string): string {
  const longest = Math.max(0, ...[...from.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const inner = from.replace(/\p{Cc}/gu, " ").replaceAll("|", "\\|");
  return longest > 0 ? `${fence} ${inner} ${fence}` : `${fence}${inner}${fence}`;
}

function gateLine(isFailed: boolean, what: string): string {
  return `- ${isFailed ? "❌" : "✅"} ${what}`;
}
