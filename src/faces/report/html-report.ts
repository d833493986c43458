import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { builtFile } from "#agents";
import type { Analysis } from "#analysis";
import { pageModel } from "./page-model.ts";

/**
 * The page for people: one file that opens without a network. The data stand in it compressed; the script that draws them
 * is built from `faces/page`. The page may run this script and load nothing.
 */
export async function htmlReport(analysis: Analysis): Promise<string> {
  const [script, style] = await Promise.all(
    ["pages/analysis.js", "pages/analysis.css"].map(async (file) =>
      readFile((await builtFile(file)).path, "utf8"),
    ),
  );
  const data = gzipSync(JSON.stringify(pageModel(analysis)), { level: 9 }).toString("base64");
  const hash = createHash("sha256").update(script!).digest("base64");
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(analysis.project)} · caelum analyze</title>
<style>${style}</style>
</head>
<body>
<noscript>This report draws itself: it needs JavaScript, but no network.</noscript>
<div id="page"></div>
<script type="text/plain" id="data">${data}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
