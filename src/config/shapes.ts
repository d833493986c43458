import * as v from "valibot";
import { parseDuration } from "#kernel";

/**
 * Building blocks for settings. The message of each schema is the phrase that follows "must be":
 * `analyze.workers must be a whole number of at least 1, got "many"`.
 */
type Phrase = string;

export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const phrase: Phrase = `a whole number ${range}`;
  return v.pipe(v.number(phrase), v.integer(phrase), v.minValue(min, phrase), v.maxValue(max, phrase));
}

export function percent() {
  const phrase: Phrase = "a number from 0 to 100";
  return v.pipe(v.number(phrase), v.minValue(0, phrase), v.maxValue(100, phrase));
}

export function text(phrase: Phrase = "a text that is not empty") {
  return v.pipe(v.string(phrase), v.nonEmpty(phrase));
}

export function texts(phrase: Phrase = "a list of texts") {
  return v.array(text(), phrase);
}

export function redisAddress() {
  const phrase: Phrase = "an address: redis://host:port, rediss://host:port or unix:///path";
  return v.pipe(v.string(phrase), v.regex(/^(rediss?:\/\/.|unix:\/\/\/.)/, phrase));
}

export function onOff() {
  return v.boolean("true or false");
}

const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};
const sizePhrase: Phrase = 'a size in bytes or with a unit, such as "2 MB" or "512 KiB"';

/** Bytes; `kB`, `MB`, `GB` count in thousands, `KiB`, `MiB`, `GiB` in 1,024s, in any case. Undefined when it is none. */
function parseSize(value: string | number): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(value.trim());
  const unit = units[(match?.[2] || "b").toLowerCase()];
  if (match?.[1] === undefined || unit === undefined) return undefined;
  const bytes = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** In: bytes, or a text with a unit. Out: bytes. */
export function size() {
  return v.pipe(
    v.union([v.number(), v.string()], sizePhrase),
    v.check((value) => parseSize(value) !== undefined, sizePhrase),
    v.transform((value) => parseSize(value) ?? 0),
  );
}

const durationPhrase: Phrase = 'a time such as "30s", "5m" or "1h"';

/** In: seconds, or a text with a unit. Out: milliseconds. */
export function duration() {
  return v.pipe(
    v.union([v.number(), v.string()], durationPhrase),
    v.check((value) => parseDuration(String(value)) !== undefined, durationPhrase),
    v.transform((value) => parseDuration(String(value)) ?? 0),
  );
}

/** Layers of a project, as `caelum analyze` checks them. */
export function layers() {
  const phrase: Phrase = 'a list such as [{ name: "core", files: ["src/core/**"], mayImport: [] }]';
  const names = v.optional(texts("a list of names of layers"));
  return v.array(
    v.strictObject(
      { name: text(), files: texts("a list of glob patterns"), mayImport: names, mustNotImport: names },
      phrase,
    ),
    phrase,
  );
}
