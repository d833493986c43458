import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../run-caelum.ts";

/** A suite that nobody here wrote, at a pinned version, and how its own runner tells what it did. */
export interface RealSuite {
  /** Makes a copy of it ready in `folder`. */
  place(folder: string): Promise<void>;
  /** `file > title: outcome` of each test, as the runner alone has it. */
  alone(folder: string): Promise<string[]>;
}

/** Outside home and temporary folders: hosts of the lab have their own. */
const store = path.join(projectRoot, "node_modules/.cache/caelum-suites");

export const realSuites: Readonly<Record<string, RealSuite>> = {
  "find-my-way 9.3.0 (node:test)": {
    place: (folder) => placePackage("find-my-way@9.3.0", folder, true),
    alone: nodeTestAlone,
  },
  "zod 4.6.7 (vitest)": zodSuite("src/**/*.test.ts"),
  "networkx 2.8.8 (pytest)": {
    async place(folder) {
      const unpacked = await debianPackage("python3-networkx", "2.8.8-1");
      cpSync(path.join(unpacked, "usr/lib/python3/dist-packages"), folder, { recursive: true });
      writeFileSync(
        path.join(folder, "pytest.ini"),
        "[pytest]\ntestpaths = networkx/classes networkx/readwrite\n",
      );
    },
    alone: pytestAlone,
  },
  "pflag 1.0.6 (go)": {
    async place(folder) {
      const unpacked = await debianPackage(
        "golang-github-spf13-pflag-dev",
        "1.0.6~git20210604-d5e0c0615ace-1",
      );
      cpSync(path.join(unpacked, "usr/share/gocode/src/github.com/spf13/pflag"), folder, { recursive: true });
      // It does not pass `go vet`.
      writeFileSync(path.join(folder, "caelum.config.yaml"), 'test:\n  args:\n    go: ["-vet=off"]\n');
    },
    alone: goAlone,
  },
};

/** The test files of zod that match. */
export function zodSuite(include: string): RealSuite {
  return {
    async place(folder) {
      await placePackage("zod@4.6.7", folder, false);
      symlinkSync(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"));
      // Its own repository has one; what is published has none.
      const test = { include: [include], testTimeout: 120_000 };
      const config = `export default ${JSON.stringify({ cacheDir: ".vitest", test })};\n`;
      writeFileSync(path.join(folder, "vitest.config.mjs"), config);
    },
    alone: vitestAlone,
  };
}

/** Undefined if a suite can be had here. */
export async function whyNotPlaced(suite: RealSuite, folder: string): Promise<string | undefined> {
  try {
    await suite.place(folder);
    return undefined;
  } catch (error) {
    return String(error instanceof Error ? error.message : error).split("\n")[0];
  }
}

async function placePackage(spec: string, folder: string, installs: boolean): Promise<void> {
  const unpacked = path.join(store, spec);
  if (!existsSync(path.join(unpacked, "package.json"))) {
    mkdirSync(unpacked, { recursive: true });
    const { stdout } = await execa("npm", ["pack", "--silent", spec], { cwd: store });
    const archive = stdout.trim().split("\n").at(-1)!;
    await execa("tar", ["xzf", archive, "-C", unpacked, "--strip-components=1"], { cwd: store });
  }
  cpSync(unpacked, folder, { recursive: true });
  if (!installs) return;
  const dependencies = `${unpacked}-installed`;
  if (!existsSync(path.join(dependencies, "node_modules"))) {
    mkdirSync(dependencies, { recursive: true });
    cpSync(path.join(unpacked, "package.json"), path.join(dependencies, "package.json"));
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent"];
    await execa("npm", ["install", ...flags], { cwd: dependencies });
  }
  symlinkSync(path.join(dependencies, "node_modules"), path.join(folder, "node_modules"));
}

/** Unpacked, not installed; without a version, what Debian has here. */
export async function debianPackage(name: string, version?: string): Promise<string> {
  const unpacked = path.join(store, version === undefined ? name : `${name}-${version}`);
  if (existsSync(path.join(unpacked, "usr"))) return unpacked;
  mkdirSync(unpacked, { recursive: true });
  await execa("apt-get", ["download", version === undefined ? name : `${name}=${version}`], {
    cwd: unpacked,
  });
  await execa("sh", ["-c", "dpkg -x ./*.deb . && rm ./*.deb"], { cwd: unpacked });
  return unpacked;
}

async function nodeTestAlone(folder: string): Promise<string[]> {
  const reporter = path.join(path.dirname(folder), `${path.basename(folder)}-reporter.mjs`);
  writeFileSync(
    reporter,
    `import path from "node:path";
const open = [];
export default async function* (source) {
  for await (const { type, data } of source) {
    if (type === "test:start") { open.length = data.nesting; open[data.nesting] = data.name; }
    if (type !== "test:pass" && type !== "test:fail") continue;
    if (data.details?.type === "suite" || data.name === data.file) continue;
    const outcome = data.skip !== undefined ? "skipped" : data.todo !== undefined ? "todo" : type === "test:pass" ? "passed" : "failed";
    const title = [...open.slice(0, data.nesting), data.name];
    yield JSON.stringify([path.relative(process.cwd(), data.file ?? ""), title, outcome]) + "\\n";
  }
}
`,
  );
  const { stdout } = await execa("node", ["--test", `--test-reporter=${reporter}`, "test/**/*.test.js"], {
    cwd: folder,
    reject: false,
  });
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("["))
    .toSorted();
}

async function vitestAlone(folder: string): Promise<string[]> {
  const file = `${folder}-vitest.json`;
  await execa(
    path.join(projectRoot, "node_modules/.bin/vitest"),
    ["run", "--reporter=json", `--outputFile=${file}`],
    {
      cwd: folder,
      reject: false,
    },
  );
  const { testResults } = JSON.parse(readFileSync(file, "utf8")) as {
    testResults: {
      name: string;
      assertionResults: { ancestorTitles: string[]; title: string; status: string }[];
    }[];
  };
  return testResults
    .flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ ancestorTitles, title, status }) => {
        const outcome = status === "pending" || status === "disabled" ? "skipped" : status;
        return JSON.stringify([path.relative(folder, name), [...ancestorTitles, title], outcome]);
      }),
    )
    .toSorted();
}

/** Debian's Python, which its packages are made for: hosts of the lab have no other on their path. */
async function pytestAlone(folder: string): Promise<string[]> {
  const args = [
    "-m",
    "pytest",
    "--tb=no",
    "-p",
    "no:cacheprovider",
    "-o",
    "console_output_style=classic",
    "-v",
  ];
  const { stdout } = await execa("/usr/bin/python3", args, { cwd: folder, reject: false });
  const outcomes: Record<string, string> = {
    PASSED: "passed",
    FAILED: "failed",
    SKIPPED: "skipped",
    XFAIL: "skipped",
    XPASS: "passed",
    ERROR: "failed",
  };
  return stdout
    .split("\n")
    .flatMap((line) => {
      const [, id, word] = /^(\S.*?::.*) (PASSED|FAILED|SKIPPED|XFAIL|XPASS|ERROR)(?: .*)?$/.exec(line) ?? [];
      if (id === undefined) return [];
      const [file = "", ...title] = id.split("::");
      return [JSON.stringify([file, title, outcomes[word!]])];
    })
    .toSorted();
}

async function goAlone(folder: string): Promise<string[]> {
  const { stdout } = await execa("go", ["test", "-json", "-vet=off", "./..."], {
    cwd: folder,
    reject: false,
  });
  const outcomes: Record<string, string> = { pass: "passed", fail: "failed", skip: "skipped" };
  const module = /^module\s+(\S+)/m.exec(readFileSync(path.join(folder, "go.mod"), "utf8"))?.[1] ?? "";
  return stdout
    .split("\n")
    .flatMap((line) => {
      if (!line.startsWith("{")) return [];
      const { Action, Package, Test } = JSON.parse(line) as {
        Action: string;
        Package: string;
        Test?: string;
      };
      const outcome = outcomes[Action];
      if (Test === undefined || outcome === undefined) return [];
      const file = Package === module ? "." : Package.slice(module.length + 1);
      return [JSON.stringify([file, Test.split("/"), outcome])];
    })
    .toSorted();
}
