import type { BuildOptions } from "esbuild";

/**
 * What later versions of Node have and hosts with Node 20 have not. A test looks for others in what is built.
 * `Promise.withResolvers` came with Node 22, `Map.groupBy` with 21.
 */
const missingInNode20 = [
  "Promise.withResolvers??=function(){let resolve,reject;const promise=new this((a,b)=>{resolve=a;reject=b});return{promise,resolve,reject}};",
  "Map.groupBy??=(items,keyOf)=>{const groups=new Map();let at=0;for(const item of items){const key=keyOf(item,at++),group=groups.get(key);group?group.push(item):groups.set(key,[item])}return groups};",
].join("");

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
  banner: { js: 'const $url=require("node:url").pathToFileURL(__filename).href;' + missingInNode20 },
} as const satisfies BuildOptions;
