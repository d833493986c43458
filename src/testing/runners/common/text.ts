import { stripVTControlCharacters } from "node:util";
import type { TestFailure } from "../../model.ts";

const limits = { message: 2000, details: 20_000, value: 10_000, output: 64_000 };

/** Text for reports: without colour and other controls, with `\n` line ends, not longer than the limit. */
export function plain(text: string, limit: number = limits.details): string {
  const clean = stripVTControlCharacters(text)
    .replaceAll("\r\n", "\n")
    // What XML, terminals and JSON readers stumble over.
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/g, "\ufffd")
    .toWellFormed();
  if (clean.length <= limit) return clean;
  return `${clean.slice(0, limit).toWellFormed()}\n… ${clean.length - limit} more characters`;
}

/** The first line that says something. */
export function firstLine(text: string): string {
  const line = plain(text, limits.details)
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line !== "");
  return plain(line ?? "", limits.message);
}

/** The end of a long text, where programs say what went wrong. */
export function lastPart(text: string, limit: number = limits.details): string {
  return text.length <= limit ? plain(text, limit) : `…${plain(text.slice(-limit), limit)}`;
}

/** What a program printed, without what Node says of an inspector that was opened to look into a hung process. */
export function withoutInspector(text: string): string {
  return text.replaceAll(
    /^(?:Debugger (?:listening on ws:|attached\.|ending on ws:)|For help, see: https:\/\/nodejs\.org\/|Waiting for the debugger ).*\n?/gm,
    "",
  );
}

/** A failure as reports want it, from whatever a runner gave: bounded, plain, and without empty fields. */
export function cleanFailure(failure: TestFailure): TestFailure {
  const { message, details, file, line, expected, actual } = failure;
  return {
    message: firstLine(message) || firstLine(details ?? "") || "failed without a message",
    ...(details === undefined || details.trim() === "" ? {} : { details: plain(details) }),
    ...(file === undefined ? {} : { file: toSlashes(file) }),
    ...(line === undefined || !(line > 0) ? {} : { line }),
    ...(expected === undefined ? {} : { expected: plain(expected, limits.value) }),
    ...(actual === undefined ? {} : { actual: plain(actual, limits.value) }),
  };
}

export function cleanOutput(output: string): string {
  return plain(output, limits.output);
}

/** Windows writes `\`; elsewhere `\` is a character of a name. */
export function toSlashes(file: string): string {
  return process.platform === "win32" ? file.replaceAll("\\", "/") : file;
}
