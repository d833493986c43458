import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { onTestFinished } from "vitest";
import { projectRoot } from "./run-caelum.ts";

/** Bundles a program of the fixtures, so that Node runs it: `.tsx` it cannot. Inside the project, to find packages. */
export async function bundleForNode(entry: string): Promise<string> {
  const cache = path.join(projectRoot, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, "caelum-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = path.join(folder, "main.mjs");
  await build({
    absWorkingDir: projectRoot,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    packages: "external",
    jsx: "automatic",
    logLevel: "error",
  });
  return outfile;
}
