import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { corpusRoot } from "../../scripts/corpus-fetch.ts";
import { npmPack } from "../../scripts/npm-pack.ts";

/** One program of those that people put one after the other. Its output goes into files of `out`. */
export interface Scanner {
  name: string;
  file: string;
  args: (out: string) => readonly string[];
  /** Exit codes that do not mean that it failed. */
  fine: readonly number[];
}

const astGrepVersion = "0.51.1";
const astGrepIntegrity: Readonly<Record<string, string>> = {
  "linux-x64-gnu":
    "sha512-FlaaRLyopXet+zFrWOdlTbyJb+QqZzgV9jxIbgz0FoVsJSaJ6jsenO/6bgYJk4zPOCUODuvoQ1/XFlB4r6BdcQ==",
  "linux-arm64-gnu":
    "sha512-ix/97iBUPGvf9KrhKRcooSJLmwBgAo7GhKHm7VH30kpxOMUrNLqiTXJj2eZVLiO2xQdUFnbwhVn+A7blSlYLJQ==",
};

/** Eight rules of the kind that everybody writes first, over the languages of the corpus. */
const astGrepRules = (
  [
    ["javascript", "eval($X)"],
    ["typescript", "eval($X)"],
    ["python", "$DB.execute($A % $B)"],
    ["go", "md5.New()"],
    ["c", "strcpy($TO, $FROM)"],
    ["javascript", "$X.innerHTML = $Y"],
    ["python", "pickle.loads($X)"],
    ["go", "exec.Command($$$)"],
  ] as const
)
  .map(
    ([language, pattern], index) =>
      `id: rule-${index}\nlanguage: ${language}\nseverity: warning\nrule:\n  pattern: ${JSON.stringify(pattern)}\n`,
  )
  .join("---\n");

/**
 * ast-grep with eight rules, jscpd and ESLint's `complexity`, to be run in the folder of the files, with as many threads
 * as they choose. ast-grep is fetched, once, beside the corpus: 56 MB are too much for a dependency of everybody.
 * `configs` is a folder that is not looked at.
 */
export async function scanners(configs: string): Promise<readonly Scanner[]> {
  const eslintConfig = path.join(configs, "eslint.config.mjs");
  await writeFile(eslintConfig, eslintConfigText());
  return [
    {
      name: "ast-grep, 8 rules",
      file: await astGrep(),
      args: () => ["scan", "--inline-rules", astGrepRules, "--json=compact", "--no-ignore", "vcs", "."],
      fine: [0],
    },
    {
      name: "jscpd",
      file: process.execPath,
      args: (out) => [
        bin("jscpd/run-jscpd.js"),
        "--min-tokens=50",
        "--min-lines=6",
        "--max-size=10mb",
        "--max-lines=1000000",
        "--no-gitignore",
        "--reporters=json",
        `--output=${out}`,
        "--silent",
        "--exit-code=0",
        ".",
      ],
      fine: [0],
    },
    {
      name: "eslint complexity",
      file: process.execPath,
      args: (out) => [
        bin("eslint/bin/eslint.js"),
        "--config",
        eslintConfig,
        "--no-inline-config",
        "--format=json",
        "--output-file",
        path.join(out, "eslint.json"),
        ".",
      ],
      fine: [0, 1],
    },
  ];
}

/** Its program, fetched and checked against the pinned hash. */
async function astGrep(): Promise<string> {
  const platform = `${process.platform}-${process.arch}-gnu`;
  const integrity = astGrepIntegrity[platform];
  if (integrity === undefined) throw new Error(`no ast-grep is pinned for ${platform}`);
  const folder = path.join(corpusRoot(), "tools", `ast-grep-${astGrepVersion}`);
  if (!existsSync(folder)) {
    await mkdir(path.dirname(folder), { recursive: true });
    const unpacked = await mkdtemp(`${folder}-`);
    try {
      const name = `@ast-grep/cli-${platform}`;
      const tarball = await npmPack({ name, version: astGrepVersion, integrity }, unpacked);
      await execa("tar", ["-xzf", tarball, "-C", unpacked]);
      await rename(path.join(unpacked, "package"), folder);
    } finally {
      await rm(unpacked, { recursive: true, force: true });
    }
  }
  return path.join(folder, "ast-grep");
}

function eslintConfigText(): string {
  return `import parser from ${JSON.stringify(import.meta.resolve("@babel/eslint-parser"))};
const part = (files, plugins) => {
  const babelOptions = { parserOpts: { plugins }, babelrc: false, configFile: false };
  const languageOptions = { parser, parserOptions: { requireConfigFile: false, babelOptions } };
  return { files, languageOptions, rules: { complexity: ["error", 0] } };
};
export default [
  part(["**/*.{js,mjs,cjs,jsx}"], ["jsx"]),
  part(["**/*.{ts,mts,cts}"], ["typescript"]),
  part(["**/*.tsx"], ["typescript", "jsx"]),
];
`;
}

function bin(name: string): string {
  return path.join(import.meta.dirname, "..", "..", "node_modules", ...name.split("/"));
}
