import { Is } from "../syntax/compile-syntax.ts";
import type { Source } from "./source.ts";

/** Types of literals, as rules name them. */
const STRINGS: ReadonlySet<string> = new Set([
  "string",
  "String",
  "str",
  "&str",
  "java.lang.String",
  "std::string",
]);
const NUMBERS: ReadonlySet<string> = new Set([
  "int",
  "Integer",
  "number",
  "long",
  "float",
  "double",
  "i32",
  "usize",
]);

/**
 * Whether what is written in the file says that a node has a type: a literal, `new T()`, or a name that is declared
 * with it before, in the nearest declaration. Types of other files are not known.
 */
export function hasType(source: Source, node: number, wanted: string): boolean {
  const bits = source.is(node);
  const asked = plain(wanted);
  if ((bits & Is.string) !== 0) return STRINGS.has(asked);
  if ((bits & Is.number) !== 0) return NUMBERS.has(asked);
  const made = madeType(source, node);
  if (made !== undefined) return sameType(source, made, asked);
  if ((bits & Is.name) === 0 && source.firstChild(node) >= 0) return false;
  const declared = declaredType(source, node);
  return declared !== undefined && sameType(source, declared, asked);
}

/** `new T(…)` */
function madeType(source: Source, node: number): string | undefined {
  if ((source.is(node) & Is.call) === 0) return undefined;
  const call = source.syntax.calls.get(source.symbol(node))!;
  const isNew = /^new\b/.test(source.text.slice(source.start(node), source.start(node) + 4));
  const callee = isNew ? source.follow(node, call.callee) : -1;
  return callee < 0 ? undefined : plain(source.textOf(callee));
}

/** The nearest declaration before the place, or anywhere in the file for fields. */
function declaredType(source: Source, node: number): string | undefined {
  const name = source.textOf(node);
  let nearest: string | undefined;
  for (let at = 0; at < source.count; at++) {
    if ((source.is(at) & Is.declaration) === 0) continue;
    if (nearest !== undefined && at > node) break;
    const [typePath, namePath] = source.syntax.declarations.get(source.symbol(at))!;
    const type = source.follow(at, typePath);
    const target = source.follow(at, namePath);
    if (type < 0 || target < 0 || !declares(source, at, target, name)) continue;
    const text = source.textOf(type);
    nearest =
      text === "var" || text === "auto"
        ? initialType(source, at)
        : plain(text) + (/^[*&]/.exec(source.textOf(target))?.[0] ?? "");
  }
  return nearest;
}

function declares(source: Source, declaration: number, target: number, name: string): boolean {
  const written = source.textOf(target);
  if (written === name || written.replace(/[\s*&[\]]|=.*$/gs, "") === name) return true;
  if (!written.includes(name)) {
    // Go: several names before one type.
    const names = source.children(declaration).filter((child) => source.isLeaf(child));
    return names.some(
      (child) => source.field(child) === source.field(target) && source.textOf(child) === name,
    );
  }
  return new RegExp(`^[*&\\s]*${name.replace(/\W/g, "\\$&")}\\b`).test(written);
}

/** `var x = new T()` */
function initialType(source: Source, declaration: number): string | undefined {
  const end = source.after(declaration);
  for (let at = declaration; at < end; at++) {
    const made = madeType(source, at);
    if (made !== undefined) return made;
  }
  return undefined;
}

function plain(type: string): string {
  return type
    .replace(/^:\s*/, "")
    .replace(/\b(?:const|final|readonly|mut|ref|struct|unsigned)\s+/g, "")
    .replace(/\s+/g, "");
}

function sameType(source: Source, declared: string, asked: string): boolean {
  if (declared === asked) return true;
  const bare = declared.replace(/<.*>$/s, "").replace(/^&(?:'\w+)?/, "");
  const wanted = asked.replace(/<.*>$/s, "").replace(/^&/, "");
  if (bare === wanted || bare.replace(/\?$/, "") === wanted) return true;
  const { names, wildcards } = source.aliases;
  const separator = /::|\./;
  const path = bare.replace(/[*&]+$/, "").split(separator);
  const target = wanted.replace(/[*&]+$/, "").split(separator);
  const stars = /[*&]*$/;
  if (stars.exec(bare)![0] !== stars.exec(wanted)![0] && !bare.startsWith("*")) return false;
  const meant = names.get(path[0]!);
  const full = meant === undefined ? path : [...meant, ...path.slice(1)];
  if (full.join(".") === target.join(".")) return true;
  return (
    path.length < target.length && wildcards.some((base) => [...base, ...path].join(".") === target.join("."))
  );
}
