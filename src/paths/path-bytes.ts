import { isUtf8 } from "node:buffer";
import path from "node:path";

/**
 * A path below the root, with `/`. POSIX names are bytes, not text: `raw` holds them, one character per byte,
 * when they are not UTF-8, and `shown` then has `\xNN` in their place.
 */
export interface RelativePath {
  shown: string;
  raw?: string;
}

/** What a name that Node decoded with loss contains. */
export const lossy = "\uFFFD";

export function relativePath(bytes: Buffer): RelativePath {
  if (isUtf8(bytes)) return { shown: bytes.toString("utf8") };
  return { shown: showInvalid(bytes), raw: bytes.toString("latin1") };
}

export function joinPath(folder: RelativePath, name: RelativePath): RelativePath {
  if (folder.shown === "") return name;
  const shown = `${folder.shown}/${name.shown}`;
  if (folder.raw === undefined && name.raw === undefined) return { shown };
  return { shown, raw: `${rawOf(folder)}/${rawOf(name)}` };
}

/** What to hand to `node:fs` for a path below `root`. */
export function openPath(root: string, file: { path: string; rawPath?: string }): string | Buffer {
  if (file.rawPath === undefined) return path.join(root, file.path);
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(file.rawPath, "latin1")]);
}

/**
 * Order of the UTF-8 bytes, the same on every machine and in every locale. JavaScript's own order differs from
 * it where surrogates (emoji) meet U+E000 to U+FFFF.
 */
export function compareByBytes(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return fixUp(x) - fixUp(y);
  }
  return a.length - b.length;
}

/** Moves surrogates above all other code units, where their code points belong. */
function fixUp(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function rawOf({ shown, raw }: RelativePath): string {
  return raw ?? Buffer.from(shown).toString("latin1");
}

/** Keeps every valid sequence and spells out the bytes between them. */
function showInvalid(bytes: Buffer): string {
  let shown = "";
  for (let at = 0; at < bytes.length;) {
    let length = 4;
    while (length > 0 && !isCharacter(bytes.subarray(at, at + length), length)) length--;
    if (length === 0) {
      shown += `\\x${bytes.toString("hex", at, at + 1)}`;
      at++;
    } else {
      shown += bytes.toString("utf8", at, at + length);
      at += length;
    }
  }
  return shown;
}

function isCharacter(bytes: Buffer, length: number): boolean {
  return bytes.length === length && isUtf8(bytes);
}
