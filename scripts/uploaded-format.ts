import type { BuildOptions } from "esbuild";

/**
 * How everything that runs on hosts is built: one CommonJS file for Node 20, nothing to install beside it.
 * CommonJS, because only that can be run from bytes in memory: the agent runs exactly what it has hashed.
 */
export const uploadedFormat = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  minify: true,
  legalComments: "none",
  outExtension: { ".js": ".cjs" },
  // Packages written as ES modules ask where they lie.
  define: { "import.meta.url": "$url" },
  banner: { js: 'const $url=require("node:url").pathToFileURL(__filename).href;' },
} as const satisfies BuildOptions;
