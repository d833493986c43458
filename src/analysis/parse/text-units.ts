/** Longer texts get memory of their own, which is not kept. */
const KEPT_UNITS = 1 << 20;

const kept = new Uint16Array(KEPT_UNITS);
const keptBytes = Buffer.from(kept.buffer);

/**
 * The UTF-16 code units of a text, one for each character: whoever reads most of them reads them here, since asking a string for
 * each takes several times as long. What lies behind the text is left from another one, and the next call may overwrite all.
 */
export function unitsOf(text: string): Uint16Array {
  if (text.length <= KEPT_UNITS) {
    keptBytes.write(text, "utf16le");
    return kept;
  }
  const units = new Uint16Array(text.length);
  Buffer.from(units.buffer).write(text, "utf16le");
  return units;
}
