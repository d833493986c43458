import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Programs of ours that run inside a runner's process. They are files of their own, in the language of that process;
 * the build puts their text into the bundle, since nothing lies beside that on a host.
 */
declare const CAELUM_DRIVERS: Readonly<Record<string, string>> | undefined;

/** Writes drivers into the scratch folder and gives the path of the first. @param files relative to this folder's parent */
export function driverWith(scratch: string, main: string, ...others: readonly string[]): string {
  mkdirSync(scratch, { recursive: true });
  for (const file of [main, ...others])
    writeFileSync(path.join(scratch, path.basename(file)), driverText(file));
  return path.join(scratch, path.basename(main));
}

function driverText(file: string): string {
  if (typeof CAELUM_DRIVERS === "undefined") {
    return readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  }
  const text = CAELUM_DRIVERS[file];
  if (text === undefined) throw new Error(`the build has left out the driver ${file}`);
  return text;
}
