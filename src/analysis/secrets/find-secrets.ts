import { createHash } from "node:crypto";
import type { Confidence, RuleInfo } from "../findings/finding.ts";
import type { Found } from "../findings/file-findings.ts";
import { AnchorScanner } from "./anchors.ts";
import { type Detector, detectors } from "./detectors.ts";

/** A secret in a text, in UTF-16 code units. */
export interface FoundSecret {
  detector: Detector;
  start: number;
  end: number;
  confidence: Confidence;
}

/** One file with more of them is a list of examples or a dump: the rest says nothing new. */
const MOST = 200;

const order: ReadonlyMap<Detector, number> = new Map(detectors.map((detector, index) => [detector, index]));

/** Every secret in a text, in order of place; where two detectors see the same, the one listed first. */
export function findSecrets(text: string): FoundSecret[] {
  const found = candidates(text);
  if (found.length === 0) return found;
  const kept: FoundSecret[] = [];
  const specific = found.toSorted(
    (a, b) => order.get(a.detector)! - order.get(b.detector)! || a.start - b.start,
  );
  for (const one of specific) {
    if (kept.length < MOST && !kept.some(({ start, end }) => one.start < end && start < one.end))
      kept.push(one);
  }
  return kept.sort((a, b) => a.start - b.start);
}

const scanner = new AnchorScanner(detectors.map(({ anchors }) => anchors));

/** Patterns are tried around their anchors only. */
function candidates(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const [index, ends] of scanner.scan(text).entries()) {
    if (ends === undefined) continue;
    const detector = detectors[index]!;
    for (const [from, to] of stretchesOf(ends, detector, text.length)) {
      for (const match of text.slice(from, to).matchAll(detector.pattern)) {
        const secret = match.groups?.["secret"] ?? match[0];
        if (!accepts(detector, secret)) continue;
        const start = from + match.index + match[0].lastIndexOf(secret);
        found.push({
          detector,
          start,
          end: start + secret.length,
          confidence: confidenceOf(detector, secret),
        });
      }
    }
  }
  return found;
}

/** What lies around anchors, each character once. */
function* stretchesOf(
  ends: readonly number[],
  { before = 80, behind = 500 }: Detector,
  length: number,
): Generator<[from: number, to: number]> {
  let from = -1;
  let to = -1;
  for (const end of ends) {
    if (to < 0 || end - before > to) {
      if (to > 0) yield [from, to];
      from = Math.max(0, end - before);
    }
    to = Math.min(length, end + behind);
  }
  if (to > 0) yield [from, to];
}

function accepts(detector: Detector, secret: string): boolean {
  if (isPlaceholder(secret, detector) || isKnownExample(secret)) return false;
  return detector.entropy === undefined || entropyOf(secret.replace(/\s+/g, "")) >= detector.entropy;
}

function confidenceOf({ checksum, confidence = "high" }: Detector, secret: string): Confidence {
  return checksum === undefined || checksum(secret) ? confidence : "low";
}

/** Shannon entropy in bits for each character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** What people write where a secret belongs. */
const placeholders =
  /example|sample|dummy|fake|placeholder|changeme|change[_-]me|your[_-]?|my[_-]?(?:secret|token|password|key)|insert|replace|redacted|x{5}|\*{3}|\.\.\.|0{8}|1234567|abcdefg|deadbeef|<[^>]*>|\$\{|\{\{|%\(|lorem|todo|foobar|hunter2|correcthorse/i;
/** Words of the language and of configuration: what looks like a value is the name of one. */
const codeLike =
  /^(?:[a-z]+(?:[A-Z][a-z]+)+|[a-z]+(?:[._-][a-z]+)+|[A-Z]+(?:_[A-Z]+)+|process\.env.*|os\.environ.*|[\w.]+\(.*|[#/.].*|https?:.*)$/;

function isPlaceholder(secret: string, { id }: Detector): boolean {
  // The base64 of a real key may hold any word.
  if (id === "private-key") return /x{8}|\.\.\.|<|example/i.test(secret);
  if (placeholders.test(secret) || /^(.)\1+$/.test(secret)) return true;
  if (id === "generic") return codeLike.test(secret) || !/\d/.test(secret) || !/[A-Za-z]/.test(secret);
  if (id === "password-in-url")
    return (
      isSpelledPassword(secret) ||
      /^(?:my)?(?:pass(?:word|wd)?|secret|pwd|token|admin|root|user(?:name)?|test|guest|postgres|mysql|redis|rabbitmq|mongo|local|dev)\d*$/i.test(
        secret,
      ) ||
      /^[A-Z_]+$/.test(secret)
    );
  return false;
}

/** `pa%2Fssword`, `passwo^rd`: how tests of parsers write "password". */
function isSpelledPassword(secret: string): boolean {
  const letters = secret
    .replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/[^a-z]/gi, "")
    .toLowerCase();
  return /^(?:my)?pa?ss?(?:wo?r?d)?$/.test(letters);
}

/** Keys of vendors' documentation and emulators, by the start of their SHA-256: the code holds none of them. */
const knownExamples: ReadonlySet<string> = new Set([
  "1a5d44a2dca19669",
  "78314b11be2e5815",
  "e21b597ba6b9cafa",
  "2cafc0970149a84f",
  "f2d6ca16515033e5",
  "c4341ce2cfcb5209",
  "900e6c2bf8ce6c14",
  "7f75367e78812551",
  "da816f9f2c16e6c5",
  "1021ad463a161d69",
]);

function isKnownExample(secret: string): boolean {
  return knownExamples.has(createHash("sha256").update(secret).digest("hex").slice(0, 16));
}

/** A secret as it may be shown: what tells its kind, and its length. */
function masked(secret: string): string {
  const prefix = /^(?:[A-Za-z0-9]{2,10}[_.-](?:[a-z0-9]{2,6}[_-])?|AKIA|ASIA|AIza)/.exec(secret)?.[0] ?? "";
  return `${prefix.length < secret.length / 3 ? prefix : ""}…`;
}

/** As findings of a file: neither message nor fingerprint depends on the secret itself. */
export function secretFindings(text: string, secrets: readonly FoundSecret[]): Found[] {
  return secrets.map(({ detector, start, end, confidence }) => {
    const lineStart = text.lastIndexOf("\n", start) + 1;
    const before = text.slice(Math.max(lineStart, start - 200), start);
    const secret = text.slice(start, end);
    return {
      ruleId: `secrets.${detector.id}`,
      severity: detector.severity,
      confidence,
      cwe: ["CWE-798"],
      message: messageOf(detector, secret, confidence),
      start,
      end,
      identity: `${before}${masked(secret)}`,
    };
  });
}

function messageOf({ name, checksum }: Detector, secret: string, confidence: Confidence): string {
  const doubt =
    checksum !== undefined && confidence === "low" ? "; its checksum does not hold, so it may be none" : "";
  return `${name} in the code: ${masked(secret)} (${secret.length} characters)${doubt}. Revoke it, and read the new one from the environment or a secret store.`;
}

/** The same text with every secret masked: for whatever shows source. Lines stay where they are. */
export function maskSecrets(text: string, secrets: readonly FoundSecret[] = findSecrets(text)): string {
  let out = "";
  let at = 0;
  for (const { start, end } of secrets) {
    const secret = text.slice(start, end);
    out += text.slice(at, start) + masked(secret) + "\n".repeat(secret.split("\n").length - 1);
    at = end;
  }
  return at === 0 ? text : out + text.slice(at);
}

export const secretRules: readonly RuleInfo[] = detectors.map(
  ({ id, name, severity, confidence = "high" }) => ({
    id: `secrets.${id}`,
    message: `${name} in the code. Revoke it, and read the new one from the environment or a secret store.`,
    severity,
    confidence,
    cwe: ["CWE-798"],
    owasp: ["A07:2021 - Identification and Authentication Failures"],
    references: [],
  }),
);

/** Masks the secrets of a text wherever JSON text quotes them, cut short or with white space folded as signatures are. */
export function secretHider(text: string, secrets: readonly FoundSecret[]): (json: string) => string {
  const forms = new Map<string, string>();
  for (const { start, end } of secrets) {
    const secret = text.slice(start, end);
    for (const line of secret.split(/\s+/)) {
      // A signature may end within the secret: what is left of it is no less secret.
      for (const part of [line, line.slice(0, 48), line.slice(0, 24), line.slice(0, 12)])
        if (part.length >= 8) forms.set(JSON.stringify(part).slice(1, -1), masked(secret));
    }
  }
  const longestFirst = [...forms].sort(([a], [b]) => b.length - a.length);
  return (json) => longestFirst.reduce((all, [form, mask]) => all.replaceAll(form, () => mask), json);
}
