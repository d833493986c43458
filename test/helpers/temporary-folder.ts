import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** A folder with these files (relative path → content) that goes when the test ends. */
export function temporaryFolder(files: Readonly<Record<string, string>> = {}): string {
  // The real path: tests compare it with what processes print.
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "caelum-test-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
  return folder;
}
