import { readFileSync } from "node:fs";

/** Both `commands/` and `dist/caelum/` are searched upwards, so that built and unbuilt code find the same file. */
function readVersion(): string {
  for (const place of ["../package.json", "../../package.json"]) {
    try {
      const found = JSON.parse(readFileSync(new URL(place, import.meta.url), "utf8")) as {
        name?: string;
        version?: string;
      };
      if (found.name === "caelum" && found.version !== undefined) return found.version;
    } catch {
      // The next place.
    }
  }
  return "unknown";
}

export const version = readVersion();
