/**
 * Draws what a command really shows in a terminal as an SVG: `node scripts/capture.ts OUT.svg COLUMNS ROWS COMMAND…`.
 * The command runs in tmux, so the picture is a terminal's, not a drawing of one. Pictures in docs/ are made this way.
 */
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

const [out = "", columns = "100", rows = "30", ...command] = process.argv.slice(2);
const keptMs = Number(process.env["CAPTURE_AFTER_MS"] ?? 0);
const socket = `caelum-capture-${process.pid}`;
const tmux = (...args: string[]) => execa("tmux", ["-L", socket, ...args]);

const FOREGROUND = "#d6deeb";
const PALETTE = ["#1d2330", "#ef6b73", "#8bd17c", "#e5c07b", "#6cb6ff", "#c792ea", "#5ccfe6", "#d6deeb"];
const CELL = { width: 8.4, height: 18 };
const MARGIN = 14;

interface Style {
  color: string;
  bold: boolean;
  dim: boolean;
}

const plain: Style = { color: FOREGROUND, bold: false, dim: false };

/** Select graphic rendition, as far as our own output uses it. */
function restyle(style: Style, codes: readonly number[]): Style {
  let next = style;
  for (const code of codes) {
    if (code === 0) next = plain;
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 39) next = { ...next, color: FOREGROUND };
    else if (code >= 30 && code <= 37) next = { ...next, color: PALETTE[code - 30]! };
    else if (code >= 90 && code <= 97) next = { ...next, color: PALETTE[code - 90]! };
  }
  return next;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function drawLine(line: string, row: number): string {
  let style = plain;
  let column = 0;
  let drawn = "";
  // oxlint-disable-next-line no-control-regex
  for (const [, codes, text = ""] of line.matchAll(/(?:\u001B\[([\d;]*)m)?([^\u001B]*)/g)) {
    if (codes !== undefined) style = restyle(style, codes.split(";").map(Number));
    if (text.trim() !== "") {
      const x = (MARGIN + column * CELL.width).toFixed(1);
      const attributes = `${style.bold ? ' font-weight="700"' : ""}${style.dim ? ' opacity="0.6"' : ""}`;
      const width = (Array.from(text).length * CELL.width).toFixed(1);
      drawn += `<tspan x="${x}" fill="${style.color}" textLength="${width}"${attributes}>${escapeXml(text)}</tspan>`;
    }
    column += Array.from(text).length;
  }
  return drawn === ""
    ? ""
    : `<text y="${MARGIN + (row + 1) * CELL.height - 5}" xml:space="preserve">${drawn}</text>\n`;
}

function draw(lines: readonly string[]): string {
  const width = Math.ceil(MARGIN * 2 + Number(columns) * CELL.width);
  const height = MARGIN * 2 + lines.length * CELL.height;
  const body = lines.map(drawLine).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
<rect width="100%" height="100%" rx="8" fill="#11151c"/>
${body}</svg>
`;
}

try {
  await tmux(
    "-f",
    "/dev/null",
    "new-session",
    "-d",
    "-x",
    columns,
    "-y",
    rows,
    "env",
    "PS1=",
    "TERM=xterm-256color",
    "sh",
  );
  await tmux("send-keys", `clear; ${command.join(" ")}; tmux -L ${socket} wait-for -S done`, "Enter");
  if (keptMs > 0) await sleep(keptMs);
  else await tmux("wait-for", "done");
  const { stdout } = await tmux("capture-pane", "-e", "-p");
  const lines = stdout.split("\n").filter((line) => !line.includes("wait-for"));
  while (lines.at(-1)?.trim() === "") lines.pop();
  writeFileSync(out, draw([`\u001B[32m$\u001B[39m \u001B[1m${command.join(" ")}\u001B[22m`, ...lines]));
} finally {
  await tmux("kill-server").catch(() => undefined);
}
