import { CaelumError, type ErrorJson, exitCodes, redact } from "#kernel";
import { version } from "./version.ts";

export interface ErrorFace {
  readonly json: boolean;
  readonly color: boolean;
  /** Columns of the terminal, where there is one: the code then stands at its right edge. */
  readonly width?: number | undefined;
  readonly write: (text: string) => void;
}

/** The one place that prints errors. Returns the exit code of the process. */
export function renderError(error: unknown, face: ErrorFace): number {
  if (!(error instanceof CaelumError)) return renderBug(error, face);
  if (face.json) face.write(`${JSON.stringify({ error: error.toJSON() })}\n`);
  else face.write(asText(error, face));
  return error.exitCode;
}

function asText(error: CaelumError, face: ErrorFace): string {
  const [first = "", ...rest] = error.message.split("\n");
  const lines = rest.map((line) => `${" ".repeat("error: ".length)}${line}`);
  lines.unshift(headline(first, error.code, face));
  if (
    error.cause instanceof Error &&
    !error.message.includes(error.cause.message) &&
    error.exit !== "cancelled"
  ) {
    lines.push(`  because: ${redact(error.cause.message).split("\n", 1)[0]}`);
  }
  if (error.hint !== undefined) lines.push(`  try: ${error.hint}`);
  return `${lines.join("\n")}\n`;
}

function headline(message: string, code: string, { color, width }: ErrorFace): string {
  const label = color ? "\u001B[31merror:\u001B[39m" : "error:";
  const used = `error: ${message}`.length;
  // Without room for it, and in logs, the code comes two spaces behind.
  const gap = width === undefined ? 2 : Math.max(2, width - used - code.length - 1);
  const shownCode = color ? `\u001B[2m${code}\u001B[22m` : code;
  return `${label} ${message}${" ".repeat(gap)}${shownCode}`;
}

function renderBug(error: unknown, face: ErrorFace): number {
  const { code: exitCode } = exitCodes.bug;
  const message = redact(error instanceof Error ? error.message : String(error));
  const stack = redact((error instanceof Error ? error.stack : undefined) ?? message);
  const hint = "report this with the stack and the version; it should never be seen";
  if (face.json) {
    const json: ErrorJson = { code: "CAELUM_BUG", message, exitCode, hint, data: { stack, version } };
    face.write(`${JSON.stringify({ error: json })}\n`);
    return exitCode;
  }
  const environment = `caelum ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  face.write(
    `${headline("this is a defect in caelum", "CAELUM_BUG", face)}\n${stack}\n  ${environment}\n  try: ${hint}\n`,
  );
  return exitCode;
}
