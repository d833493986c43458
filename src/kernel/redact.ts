/**
 * Secrets that could stand in an error message, a log line or an event: private key blocks, well-known token
 * shapes, `user:password@` in URLs, and `password=…` pairs. Detection of secrets in source code is the
 * analysis slice's work; this one only keeps our own output clean.
 */
const patterns: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, "[private key]"],
  [
    /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|sk-[\w-]{20,}|xox[abpr]-[\w-]{10,}|AKIA[A-Z0-9]{16}|npm_\w{30,})/g,
    "[token]",
  ],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi, "$1[redacted]@"],
  [
    /(\b(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?token|auth[_-]?token)\b["']?\s*[=:]\s*["']?)[^\s"',;]+/gi,
    "$1[redacted]",
  ],
  [/(\bauthorization:\s*(?:bearer|basic)\s+)\S+/gi, "$1[redacted]"],
];

export function redact(text: string): string {
  let clean = text;
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}
