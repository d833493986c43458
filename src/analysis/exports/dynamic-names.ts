import { EVERYTHING } from "./name-facts.ts";

const NAME = "[\\p{L}_$][\\p{L}\\p{N}_$]*";
/** `const { a, b: c } = await import("x")`. */
const UNPACKED = /\{([^{}]*)\}\s*=\s*(?:\(?\s*await\s+)?\(?\s*$/;
/** `.name` behind the call, which `(await …)` may close. */
const MEMBER = new RegExp(`^\\s*\\)?\\s*\\??\\.\\s*(${NAME})`, "u");
/** `.then(({ a, b }) => …)`. */
const THEN_UNPACKED = /^\s*\.then\(\s*(?:async\s*)?\(\s*\{([^{}]*)\}/;
/** `.then((m) => m.a)`, `.then((m) => ({ default: m.A }))`. */
const THEN_MEMBER = new RegExp(
  `^\\s*\\.then\\(\\s*(?:async\\s*)?\\(?\\s*(${NAME})\\s*\\)?\\s*=>\\s*(?:\\(\\s*\\{\\s*default\\s*:\\s*)?\\1\\.(${NAME})\\s*(?:\\}\\s*\\))?\\s*,?\\s*\\)`,
  "u",
);
/** How far around the call is looked. */
const AROUND = 400;

/** Names that are taken from `import("…")` or `require("…")`, by what is written around the call; `*` where that does not tell. */
export function dynamicNames(text: string, start: number, end: number): string[] {
  const behind = text.slice(end, end + AROUND);
  const unpacked =
    UNPACKED.exec(text.slice(Math.max(0, start - AROUND), start)) ?? THEN_UNPACKED.exec(behind);
  if (unpacked !== null) return unpackedNames(unpacked[1]!);
  const then = THEN_MEMBER.exec(behind);
  if (then !== null) return [then[2]!];
  const member = MEMBER.exec(behind)?.[1];
  return [member === undefined || /^(?:then|catch|finally)$/.test(member) ? EVERYTHING : member];
}

function unpackedNames(list: string): string[] {
  const names = list.split(",").map((one) => one.replace(/[:=][\s\S]*$/, "").trim());
  return names.some((name) => name.startsWith("...") || name.startsWith("["))
    ? [EVERYTHING]
    : names.filter((name) => name !== "");
}
