import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** One folder for all compiled code, so that each started process does not compile the same again. */
export default function setup(): () => void {
  const folder = mkdtempSync(path.join(os.tmpdir(), "caelum-compiled-"));
  process.env["CAELUM_TEST_COMPILE_CACHE"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
