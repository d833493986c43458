import { exitCodes } from "#kernel";
import { markdownTable, pageHead } from "./markdown.ts";

const intro = `Scripts may rely on these. Errors go to stderr as \`error: <what>  <CODE>\`, with a line \`try: …\` where
there is something to try; with \`--json\` as one line of JSON: \`{"error": {"code", "message", "exitCode", "hint"?,
"data"?, "cause"?}}\`. Where a gate fails and the result is incomplete as well, the code is 1.`;

export function exitCodesPage(): string {
  const rows = Object.entries(exitCodes).map(([name, { code, meaning }]) => [String(code), name, meaning]);
  return `${pageHead("Exit codes", intro)}\n${markdownTable(["code", "name", "meaning"], rows)}`;
}
