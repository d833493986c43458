import { crc32 } from "node:zlib";

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The last six characters of GitHub's and npm's tokens: CRC-32 of the 30 random ones, in base 62. */
export function crcBase62IsSound(token: string): boolean {
  const random = token.slice(token.indexOf("_") + 1);
  return crcBase62(random.slice(0, -6)) === random.slice(-6);
}

export function crcBase62(text: string): string {
  let rest = crc32(text);
  let digits = "";
  for (let i = 0; i < 6; i++) {
    digits = base62[rest % 62]! + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

const bech32Digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function polymod(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of generators.entries()) if ((top >>> bit) & 1) sum ^= generator;
  }
  return sum;
}

/** The checksum of Bech32 (BIP 173), which age's keys carry. */
export function bech32IsSound(text: string): boolean {
  const lower = text.toLowerCase();
  const at = lower.lastIndexOf("1");
  return polymod([...expanded(lower.slice(0, at)), ...digitsOf(lower.slice(at + 1))]) === 1;
}

/** `data` with its six digits of checksum behind it; without the human-readable part. */
export function bech32Checksum(prefix: string, data: string): string {
  const sum = polymod([...expanded(prefix), ...digitsOf(data), 0, 0, 0, 0, 0, 0]) ^ 1;
  return Array.from({ length: 6 }, (_, i) => bech32Digits[(sum >>> (5 * (5 - i))) & 31]!).join("");
}

function expanded(prefix: string): number[] {
  const codes = Array.from(prefix, (character) => character.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

/** The first part of a JSON Web Token is JSON that names an algorithm, and one that signs. */
export function jsonHeaderIsSound(token: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString("utf8"));
    return typeof header === "object" && header !== null && "alg" in header && header.alg !== "none";
  } catch {
    return false;
  }
}

function digitsOf(text: string): number[] {
  return Array.from(text, (digit) => bech32Digits.indexOf(digit));
}
