import { rename, rm, writeFile } from "node:fs/promises";
import { systemCode, UsageError } from "#kernel";

/** Whole or not at all. @throws UsageError */
export async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { flag: "wx" });
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new UsageError(`"${file}" cannot be written (${systemCode(cause) ?? "unknown"})`, { cause });
  }
}
