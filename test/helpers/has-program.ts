import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Whether this machine has a program: tests of other people's tools are skipped where these are missing. */
export function hasProgram(name: string): boolean {
  return (process.env["PATH"] ?? "").split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
