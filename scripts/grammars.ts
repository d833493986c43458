/**
 * Brings the tree-sitter grammars into `src/analysis/grammars/`, where they are committed: the npm packages they
 * come from are 287 MB installed, with peer ranges that clash, and all that is needed of them is 2 MB.
 *
 *     node scripts/grammars.ts           fetch at the pinned versions, verify, extract, compress
 *     node scripts/grammars.ts --check   verify the committed files against the manifest, offline
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { execa } from "execa";
import { npmPack } from "./npm-pack.ts";

const folder = path.join(import.meta.dirname, "..", "src", "analysis", "grammars");

interface GrammarPackage {
  package: string;
  version: string;
  /** `dist.integrity` of the npm registry. */
  integrity: string;
  license: "MIT";
  wasm: readonly string[];
}

const packages: readonly GrammarPackage[] = [
  {
    package: "tree-sitter-bash",
    version: "0.25.1",
    integrity:
      "sha512-7hMytuYIMoXOq24yRulgIxthE9YmggZIOHCyPTTuJcu6EU54tYD+4G39cUb28kxC6jMf/AbPfWGLQtgPTdh3xw==",
    license: "MIT",
    wasm: ["tree-sitter-bash"],
  },
  {
    package: "tree-sitter-c",
    version: "0.24.1",
    integrity:
      "sha512-lkYwWN3SRecpvaeqmFKkuPNR3ZbtnvHU+4XAEEkJdrp3JfSp2pBrhXOtvfsENUneye76g889Y0ddF2DM0gEDpA==",
    license: "MIT",
    wasm: ["tree-sitter-c"],
  },
  {
    package: "tree-sitter-c-sharp",
    version: "0.23.5",
    integrity:
      "sha512-xJGOeXPMmld0nES5+080N/06yY6LQi+KWGWV4LfZaZe6srJPtUtfhIbRSN7EZN6IaauzW28v6W4QHFwmeUW6HQ==",
    license: "MIT",
    wasm: ["tree-sitter-c_sharp"],
  },
  {
    package: "tree-sitter-cpp",
    version: "0.23.4",
    integrity:
      "sha512-qR5qUDyhZ5jJ6V8/umiBxokRbe89bCGmcq/dk94wI4kN86qfdV8k0GHIUEKaqWgcu42wKal5E97LKpLeVW8sKw==",
    license: "MIT",
    wasm: ["tree-sitter-cpp"],
  },
  {
    package: "tree-sitter-go",
    version: "0.25.0",
    integrity:
      "sha512-APBc/Dq3xz/e35Xpkhb1blu5UgW+2E3RyGWawZSCNcbGwa7jhSQPS8KsUupuzBla8PCo8+lz9W/JDJjmfRa2tw==",
    license: "MIT",
    wasm: ["tree-sitter-go"],
  },
  {
    package: "tree-sitter-java",
    version: "0.23.5",
    integrity:
      "sha512-Yju7oQ0Xx7GcUT01mUglPP+bYfvqjNCGdxqigTnew9nLGoII42PNVP3bHrYeMxswiCRM0yubWmN5qk+zsg0zMA==",
    license: "MIT",
    wasm: ["tree-sitter-java"],
  },
  {
    package: "tree-sitter-javascript",
    version: "0.25.0",
    integrity:
      "sha512-1fCbmzAskZkxcZzN41sFZ2br2iqTYP3tKls1b/HKGNPQUVOpsUxpmGxdN/wMqAk3jYZnYBR1dd/y/0avMeU7dw==",
    license: "MIT",
    wasm: ["tree-sitter-javascript"],
  },
  {
    package: "tree-sitter-php",
    version: "0.24.2",
    integrity:
      "sha512-zwgAePc/HozNaWOOfwRAA+3p8yhuehRw8Fb7vn5qd2XjiIc93uJPryDTMYTSjBRjVIUg/KY6pM3rRzs8dSwKfw==",
    license: "MIT",
    // `php_only`, the package's other grammar, knows no HTML around `<?php`.
    wasm: ["tree-sitter-php"],
  },
  {
    package: "tree-sitter-python",
    version: "0.25.0",
    integrity:
      "sha512-eCmJx6zQa35GxaCtQD+wXHOhYqBxEL+bp71W/s3fcDMu06MrtzkVXR437dRrCrbrDbyLuUDJpAgycs7ncngLXw==",
    license: "MIT",
    wasm: ["tree-sitter-python"],
  },
  {
    package: "tree-sitter-ruby",
    version: "0.23.1",
    integrity:
      "sha512-d9/RXgWjR6HanN7wTYhS5bpBQLz1VkH048Vm3CodPGyJVnamXMGb8oEhDypVCBq4QnHui9sTXuJBBP3WtCw5RA==",
    license: "MIT",
    wasm: ["tree-sitter-ruby"],
  },
  {
    package: "tree-sitter-rust",
    version: "0.24.0",
    integrity:
      "sha512-NWemUDf629Tfc90Y0Z55zuwPCAHkLxWnMf2RznYu4iBkkrQl2o/CHGB7Cr52TyN5F1DAx8FmUnDtCy9iUkXZEQ==",
    license: "MIT",
    wasm: ["tree-sitter-rust"],
  },
  {
    package: "tree-sitter-typescript",
    version: "0.23.2",
    integrity:
      "sha512-e04JUUKxTT53/x3Uq1zIL45DoYKVfHH4CZqwgZhPg5qYROl5nQjV+85ruFzFGZxu+QeFVbRTPDRnqL9UbU4VeA==",
    license: "MIT",
    wasm: ["tree-sitter-tsx", "tree-sitter-typescript"],
  },
];

/** One grammar as `manifest.json` names it. `sha256` is of the uncompressed module, in hex. */
interface ManifestEntry {
  file: string;
  package: string;
  version: string;
  integrity: string;
  license: string;
  sha256: string;
}

/** gzip whose bytes depend on the content and on zlib alone: no time, no name, no operating system. */
function compress(wasm: Buffer): Buffer {
  const packed = gzipSync(wasm, { level: 9 });
  packed.writeUInt32LE(0, 4);
  packed[9] = 255;
  return packed;
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

function notice(sections: readonly { names: string[]; text: string }[]): string {
  const body = sections.map(({ names, text }) => `## ${names.join(", ")}\n\n${text.trim()}\n`);
  return `# Notice\n\nThe files \`*.wasm.gz\` in this folder are the parsers of these packages of the npm registry, unchanged but\nfor compression; \`manifest.json\` names versions and hashes. Written by \`scripts/grammars.ts\`.\n\n${body.join("\n")}`;
}

async function fetchAll(): Promise<void> {
  const temporary = await mkdtemp(path.join(tmpdir(), "caelum-grammars-"));
  try {
    await mkdir(folder, { recursive: true });
    const manifest: ManifestEntry[] = [];
    const licences = new Map<string, string[]>();
    for (const { wasm, ...pinned } of packages) {
      const tarball = await npmPack({ name: pinned.package, ...pinned }, temporary);
      const entry = async (name: string): Promise<Buffer> => {
        const { stdout } = await execa("tar", ["-xzOf", tarball, `package/${name}`], { encoding: "buffer" });
        return Buffer.from(stdout);
      };
      const text = (await entry("LICENSE")).toString("utf8").replaceAll("\r\n", "\n");
      licences.set(text, [...(licences.get(text) ?? []), pinned.package]);
      for (const name of wasm) {
        const bytes = await entry(`${name}.wasm`);
        const file = `${name}.wasm.gz`;
        await writeFile(path.join(folder, file), compress(bytes));
        manifest.push({ file, ...pinned, sha256: sha256(bytes) });
      }
    }
    await writeFile(path.join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    const sections = [...licences].map(([text, names]) => ({ names, text }));
    await writeFile(path.join(folder, "NOTICE.md"), notice(sections));
    console.log(`${manifest.length} grammars written`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Names everything in the folder that is not what the pins and the manifest say. */
async function problems(): Promise<string[]> {
  const manifest = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8")) as ManifestEntry[];
  const found: string[] = [];
  const expected = packages.flatMap((each) =>
    each.wasm.map((name) => ({ ...each, file: `${name}.wasm.gz` })),
  );
  for (const { file, package: from, version, integrity } of expected) {
    const entry = manifest.find((each) => each.file === file);
    if (entry?.package !== from || entry.version !== version || entry.integrity !== integrity) {
      found.push(`${file}: the manifest does not name ${from} ${version} with the pinned integrity`);
      continue;
    }
    const bytes = await readFile(path.join(folder, file)).catch(() => undefined);
    if (bytes === undefined) found.push(`${file}: missing`);
    else if (sha256(gunzipSync(bytes)) !== entry.sha256)
      found.push(`${file}: the content is not the manifest's`);
  }
  const known = new Set(["manifest.json", "NOTICE.md", "README.md", ...expected.map((each) => each.file)]);
  for (const name of await readdir(folder)) if (!known.has(name)) found.push(`${name}: does not belong here`);
  return found;
}

if (process.argv.includes("--check")) {
  const found = await problems();
  for (const line of found) console.error(line);
  if (found.length > 0) process.exitCode = 1;
  else console.log("the grammars are what the manifest says");
} else {
  await fetchAll();
}
