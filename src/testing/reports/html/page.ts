import type { HostRecord, TestAttempt, TestRunRecord } from "../../run-record.ts";
import {
  type Counts,
  type FailureGroup,
  type RunSummary,
  type TestCase,
  titleOf,
  type UnitProblem,
} from "../summarise.ts";
import { foldFrames } from "../fold-frames.ts";
import { anchor, count, duration, escape as e } from "./markup.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

const slowestShown = 25;

/**
 * One page that opens from a file, without a network: the verdict, what failed and how to repeat it, what differs
 * between platforms, what was slow, who did what, and every test. It reads without its script, which only filters.
 */
export function htmlReport(record: TestRunRecord, summary: RunSummary): string {
  const name = record.root.split(/[/\\]/).at(-1) ?? record.root;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${e(name)}: tests ${e(record.verdict)}</title>
<style>${style}</style>
<header>
<p class="verdict ${record.verdict}"><strong>${e(record.verdict)}</strong> ${e(name)}</p>
<p>${headline(record, summary)}</p>
${record.incomplete.map((why) => `<p class="why">${e(why)}</p>`).join("\n")}
${record.restricted === undefined ? "" : `<p class="why">${e(record.restricted)}</p>`}
</header>
<nav>${navigation(summary)}</nav>
<main>
${platformTable(record, summary)}
${section(
  "failures",
  "Failures",
  summary.failures.map((group) => failureArticle(group, record)),
)}
${section("problems", "Units without an answer", summary.problems.map(problemArticle))}
${section("flaky", "Flaky", summary.cases.filter(({ flaky }) => flaky).map(flakyArticle))}
${slowest(summary)}
${hostTable(record)}
${allTests(summary)}
</main>
<script>${script}</script>
</html>
`;
}

function headline(record: TestRunRecord, { total }: RunSummary): string {
  const { tree } = record;
  const on =
    tree.commit === undefined
      ? ""
      : ` on <code>${e(tree.commit.slice(0, 12))}</code>${tree.dirty ? " with changes" : ""}`;
  const started = `<time datetime="${e(record.startedAt)}">${e(record.startedAt)}</time>`;
  return `${countsText(total)}${on}, in ${duration(record.ms)}, ${started}, run <code>${e(record.run)}</code>`;
}

function countsText(counts: Counts): string {
  const parts: [keyof Counts, string][] = [
    ["failed", "failed"],
    ["problems", "without an answer"],
    ["flaky", "flaky"],
    ["passed", "passed"],
    ["skipped", "skipped"],
    ["todo", "to do"],
  ];
  const told = parts.filter(([key]) => counts[key] > 0 || key === "passed");
  return told.map(([key, word]) => `<b class="${key}">${count(counts[key])}</b> ${word}`).join(", ");
}

function navigation({ failures, problems, cases }: RunSummary): string {
  const flaky = cases.filter((one) => one.flaky).length;
  const links: [string, string, number | undefined][] = [
    ["platforms", "Platforms", undefined],
    ["failures", "Failures", failures.length],
    ["problems", "No answer", problems.length],
    ["flaky", "Flaky", flaky],
    ["slowest", "Slowest", undefined],
    ["hosts", "Hosts", undefined],
    ["tests", "All tests", cases.length],
  ];
  return links
    .filter(([, , number]) => number !== 0)
    .map(
      ([id, text, number]) =>
        `<a href="#${id}">${text}${number === undefined ? "" : ` ${count(number)}`}</a>`,
    )
    .join("");
}

function platformTable(record: TestRunRecord, { platforms }: RunSummary): string {
  const rows = record.platforms.map(({ name, hosts, ms, complete }) => {
    const counts = platforms.get(name)!;
    const cells = (["passed", "failed", "flaky", "skipped", "todo", "problems"] as const)
      .map((key) => `<td class="${key}">${counts[key] === 0 ? "–" : count(counts[key])}</td>`)
      .join("");
    return `<tr><th scope="row">${e(name)}</th>${cells}<td>${hosts.length}</td><td>${duration(ms)}</td><td class="word">${complete ? "whole" : "incomplete"}</td></tr>`;
  });
  return `<section id="platforms"><h2>Platforms</h2><table><thead><tr><th>platform</th><th>passed</th><th>failed</th><th>flaky</th><th>skipped</th><th>to do</th><th>no answer</th><th>hosts</th><th>time</th><th>result</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></section>`;
}

function section(id: string, title: string, articles: readonly string[]): string {
  if (articles.length === 0) return "";
  return `<section id="${id}"><h2>${title} <small>${count(articles.length)}</small></h2>\n${articles.join("\n")}</section>`;
}

function failureArticle({ key, cases, passedOn }: FailureGroup, record: TestRunRecord): string {
  const [first] = cases;
  const { last } = first!;
  const differs = passedOn.length > 0 && record.platforms.length > 1;
  const where = cases.map(({ platform, last: { host } }) => `${platform} (${host})`).join(", ");
  const messages = new Set(cases.map(messageOf));
  return `<article id="${anchor(key)}" data-text="${e(searchText(last))}"><h3><a href="#${anchor(key)}">${e(titleOf(last))}</a></h3>
<p class="place">${e(last.result.test.file)} · failed on ${e(where)}${differs ? ` · <b>passes on ${e(passedOn.join(", "))}</b>` : ""}</p>
${messages.size === 1 ? failureText(last) : cases.map((one) => `<h4>${e(one.platform)}</h4>${failureText(one.last)}`).join("")}
${last.reproduce === undefined ? "" : `<p class="repeat"><code>${e(last.reproduce)}</code></p>`}</article>`;
}

function messageOf({ last }: TestCase): string {
  return last.result.failures?.[0]?.message ?? "";
}

function failureText({ result }: TestAttempt): string {
  const failures = result.failures ?? [];
  const output =
    result.output === undefined
      ? ""
      : `<details><summary>output</summary><pre>${e(result.output)}</pre></details>`;
  const told = failures
    .map(({ message, details = message }) => `<pre>${e(foldFrames(details))}</pre>`)
    .join("");
  return (told || "<p>The runner gave no message.</p>") + output;
}

function problemArticle(problem: UnitProblem): string {
  const { platform, file, host, kind, message, details, reproduce } = problem;
  const where = host === undefined ? platform : `${platform} (${host})`;
  return `<article data-text="${e(`${file} ${message}`.toLowerCase())}"><h3>${e(file)}</h3><p class="place">${e(kind)} on ${e(where)}: ${e(message)}</p>${details === undefined ? "" : `<pre>${e(foldFrames(details))}</pre>`}${reproduce === undefined ? "" : `<p class="repeat"><code>${e(reproduce)}</code></p>`}</article>`;
}

function flakyArticle({ platform, attempts, last }: TestCase): string {
  const path = attempts.map(({ host, result }) => `${result.outcome} on ${host}`).join(", then ");
  const failed = attempts.find(({ result }) => result.outcome === "failed");
  return `<article data-text="${e(searchText(last))}"><h3>${e(titleOf(last))}</h3><p class="place">${e(last.result.test.file)} · ${e(platform)}: ${e(path)}</p>${failed === undefined ? "" : failureText(failed)}</article>`;
}

function slowest({ cases }: RunSummary): string {
  const shown = cases.toSorted((a, b) => b.last.result.ms - a.last.result.ms).slice(0, slowestShown);
  const most = shown[0]?.last.result.ms ?? 0;
  if (most < 1) return "";
  const rows = shown.map(
    ({ platform, last }) =>
      `<tr><td class="bar"><span style="width:${((100 * last.result.ms) / most).toFixed(1)}%"></span></td><td>${duration(last.result.ms)}</td><td class="word">${e(platform)}</td><td class="word">${e(last.result.test.file)} · ${e(titleOf(last))}</td></tr>`,
  );
  return `<section id="slowest"><h2>Slowest tests</h2><table class="wide"><tbody>${rows.join("\n")}</tbody></table></section>`;
}

function hostTable({ platforms }: TestRunRecord): string {
  const rows = platforms.flatMap(({ name, ms, hosts }) => hosts.map((host) => hostRow(name, ms, host)));
  return `<section id="hosts"><h2>Hosts</h2><table><thead><tr><th>host</th><th>platform</th><th>system</th><th>slots</th><th>units</th><th>tests</th><th>busy</th><th>note</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></section>`;
}

function hostRow(platform: string, ms: number, host: HostRecord): string {
  const { name, system, slots, units, tests, busyMs, problem } = host;
  const busy = ms * slots === 0 ? 0 : Math.min(1, busyMs / (ms * slots));
  return `<tr><th scope="row">${e(name)}</th><td class="word">${e(platform)}</td><td class="word">${e(system)}</td><td>${slots}</td><td>${count(units)}</td><td>${count(tests)}</td><td>${Math.round(100 * busy)} %</td><td class="word">${e(problem ?? "")}</td></tr>`;
}

function allTests({ cases }: RunSummary): string {
  const files = Map.groupBy(cases, ({ platform, last }) => `${platform}\0${last.result.test.file}`);
  const groups = [...files.values()].map(fileGroup);
  return `<section id="tests"><h2>All tests</h2>
<form role="search"><input type="search" id="query" placeholder="filter by title, file or message (/)" aria-label="filter" autocomplete="off">
${["failed", "flaky", "passed", "skipped", "todo"].map((status) => `<label><input type="checkbox" name="status" value="${status}" checked> ${status}</label>`).join("")}
<output id="shown"></output></form>
${groups.join("\n")}</section>`;
}

function fileGroup(cases: readonly TestCase[]): string {
  const [first] = cases;
  const failed = cases.filter(({ last }) => last.result.outcome === "failed").length;
  const ms = cases.reduce((sum, { last }) => sum + last.result.ms, 0);
  const rows = cases.map(testRow).join("");
  return `<details class="file"${failed > 0 ? " open" : ""}><summary><code>${e(first!.last.result.test.file)}</code> <span>${e(first!.platform)} · ${failed > 0 ? `<b class="failed">${failed} failed</b> of ` : ""}${count(cases.length)} · ${duration(ms)}</span></summary><ul>${rows}</ul></details>`;
}

function testRow({ key, last, flaky }: TestCase): string {
  const { outcome, ms, reason } = last.result;
  const status = flaky && outcome === "passed" ? "flaky" : outcome;
  const text = e(titleOf(last));
  const title = outcome === "failed" ? `<a href="#${anchor(key)}">${text}</a>` : text;
  const why = reason === undefined ? "" : ` <i>${e(reason)}</i>`;
  return `<li data-status="${status}" data-text="${e(searchText(last))}"><b class="${status}">${status}</b> ${title}${why} <small>${duration(ms)} ${e(last.host)}</small></li>`;
}

function searchText({ result }: TestAttempt): string {
  const message = result.failures?.[0]?.message ?? "";
  return `${result.test.file} ${result.test.title.join(" ")} ${message}`.toLowerCase();
}
