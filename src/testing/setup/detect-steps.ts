import { defaultTimeoutMs, type SetupStep, type StepTree } from "./step.ts";

type Detected = Pick<SetupStep, "command" | "inputs" | "outputs" | "versions"> &
  Partial<Pick<SetupStep, "movable" | "env" | "path">>;

/** One way in which projects say what they need. The first of a `kind` that matches a folder holds. */
interface Manager {
  kind: string;
  /** The file that tells. */
  file: string;
  detect(folder: FolderView): Detected | undefined;
}

interface FolderView {
  has(name: string): boolean;
  read(name: string): string | undefined;
  /** Files of that name here or below, relative to the root. */
  all(name: string): string[];
  /** A name here, relative to the root. */
  at(name: string): string;
}

/**
 * What has to be installed, told from lock files. A folder below one that has a step of the same kind is taken to be
 * part of it (workspaces), unless it has a lock file of its own.
 */
export function detectSteps(tree: StepTree): SetupStep[] {
  const folders = [...new Set(tree.files.map(folderOf))].toSorted();
  const present = new Set(tree.files);
  const covered = new Map<string, string[]>();
  const steps: SetupStep[] = [];
  for (const folder of folders) {
    const view = viewOf(tree, present, folder);
    const kinds = new Set<string>();
    for (const manager of managers) {
      if (kinds.has(manager.kind) || !view.has(manager.file)) continue;
      const isLocked = !withoutLock.has(manager.file);
      if (!isLocked && isBelow(folder, covered.get(manager.kind) ?? [])) continue;
      const found = manager.detect(view);
      if (found === undefined) continue;
      kinds.add(manager.kind);
      covered.set(manager.kind, [...(covered.get(manager.kind) ?? []), folder]);
      const { command } = found;
      const text = "shell" in command ? command.shell : [command.program, ...command.args].join(" ");
      const name = folder === "" ? text : `${text} in ${folder}`;
      steps.push({
        always: false,
        movable: true,
        env: {},
        path: [],
        timeoutMs: defaultTimeoutMs,
        ...found,
        name,
        folder,
      });
    }
  }
  return steps;
}

const node = { program: "node", args: ["--version"] };
const python = process.platform === "win32" ? "python" : "python3";
const bin = process.platform === "win32" ? "Scripts" : "bin";

function version(program: string): { program: string; args: string[] } {
  return { program, args: ["--version"] };
}

/** `npm ci` and its like: `node_modules` here and in each package below. */
function nodeStep(
  folder: FolderView,
  lock: string | undefined,
  program: string,
  ...args: string[]
): Detected {
  const packages = folder.all("package.json");
  const settings = [".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml"].filter((name) =>
    folder.has(name),
  );
  return {
    command: { program, args },
    inputs: [
      ...(lock === undefined ? [] : [folder.at(lock)]),
      ...packages,
      ...settings.map((name) => folder.at(name)),
    ],
    outputs: packages.map((file) => `${file.slice(0, -"package.json".length)}node_modules`),
    versions: [node, version(program)],
  };
}

function venvStep(
  folder: FolderView,
  inputs: string[],
  command: Detected["command"],
  manager: string,
): Detected {
  return {
    command,
    inputs: inputs.map((name) => folder.at(name)),
    outputs: [folder.at(".venv")],
    versions: [version(python), ...(manager === "pip" ? [] : [version(manager)])],
    movable: false,
    env: { POETRY_VIRTUALENVS_IN_PROJECT: "true", UV_PROJECT_ENVIRONMENT: ".venv" },
    path: [folder.at(`.venv/${bin}`)],
  };
}

/** Of these, one in a folder below belongs to the one above. */
const withoutLock = new Set(["package.json", "pom.xml", "requirements.txt"]);

const dependencies = ["dependencies", "devDependencies", "optionalDependencies", "workspaces"];

const managers: readonly Manager[] = [
  {
    kind: "node",
    file: "pnpm-lock.yaml",
    detect: (folder) => nodeStep(folder, "pnpm-lock.yaml", "pnpm", "install", "--frozen-lockfile"),
  },
  {
    kind: "node",
    file: "yarn.lock",
    detect: (folder) => {
      const isModern =
        folder.has(".yarnrc.yml") ||
        /"packageManager"\s*:\s*"yarn@[2-9]/.test(folder.read("package.json") ?? "");
      return nodeStep(folder, "yarn.lock", "yarn", "install", isModern ? "--immutable" : "--frozen-lockfile");
    },
  },
  {
    kind: "node",
    file: "bun.lock",
    detect: (folder) => nodeStep(folder, "bun.lock", "bun", "install", "--frozen-lockfile"),
  },
  {
    kind: "node",
    file: "package-lock.json",
    detect: (folder) => nodeStep(folder, "package-lock.json", "npm", "ci", "--no-audit", "--no-fund"),
  },
  {
    kind: "node",
    file: "npm-shrinkwrap.json",
    detect: (folder) => nodeStep(folder, "npm-shrinkwrap.json", "npm", "ci", "--no-audit", "--no-fund"),
  },
  {
    kind: "node",
    file: "package.json",
    detect: (folder) => {
      if (!needsPackages(folder.read("package.json"))) return undefined;
      return nodeStep(folder, undefined, "npm", "install", "--no-audit", "--no-fund", "--no-package-lock");
    },
  },
  {
    kind: "python",
    file: "uv.lock",
    detect: (folder) =>
      venvStep(folder, ["uv.lock", "pyproject.toml"], { program: "uv", args: ["sync", "--frozen"] }, "uv"),
  },
  {
    kind: "python",
    file: "poetry.lock",
    detect: (folder) =>
      venvStep(
        folder,
        ["poetry.lock", "pyproject.toml"],
        { program: "poetry", args: ["install", "--no-interaction"] },
        "poetry",
      ),
  },
  {
    kind: "python",
    file: "requirements.txt",
    detect: (folder) => {
      const names = [
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-test.txt",
        "dev-requirements.txt",
        "test-requirements.txt",
      ];
      const files = names.filter((name) => folder.has(name));
      // Those of documentation and examples are no business of the tests.
      const isProject = ["pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini"].some((name) =>
        folder.has(name),
      );
      if (folder.at("") !== "" && !isProject) return undefined;
      const pip = process.platform === "win32" ? String.raw`.venv\Scripts\python` : ".venv/bin/python";
      const install = `${pip} -m pip install --disable-pip-version-check -q ${files.map((name) => `-r ${name}`).join(" ")}`;
      // What the system has of Python's packages stays visible: pytest often comes from there.
      const step = venvStep(
        folder,
        files,
        { shell: `${python} -m venv --system-site-packages .venv && ${install}` },
        "pip",
      );
      // Packages by name are the same in every slot; a folder installed as it lies there is not.
      const isLocal = files.some((name) =>
        /^\s*(?:-e\b|--editable\b|\.|file:)/m.test(folder.read(name) ?? ""),
      );
      return { ...step, movable: !isLocal };
    },
  },
  {
    kind: "go",
    file: "go.sum",
    detect: (folder) => ({
      command: { program: "go", args: ["mod", "download"] },
      inputs: [folder.at("go.mod"), folder.at("go.sum")],
      outputs: [],
      versions: [{ program: "go", args: ["version"] }],
    }),
  },
  {
    kind: "rust",
    file: "Cargo.lock",
    detect: (folder) => ({
      command: { program: "cargo", args: ["fetch", "--locked"] },
      inputs: [folder.at("Cargo.lock"), ...folder.all("Cargo.toml")],
      outputs: [],
      versions: [version("cargo")],
    }),
  },
  {
    kind: "ruby",
    file: "Gemfile.lock",
    detect: (folder) => ({
      command: { program: "bundle", args: ["install", "--quiet"] },
      inputs: [folder.at("Gemfile"), folder.at("Gemfile.lock")],
      outputs: [folder.at("vendor/bundle")],
      versions: [version("ruby"), version("bundle")],
      env: { BUNDLE_PATH: `{root}/${folder.at("vendor/bundle")}` },
    }),
  },
  {
    kind: "php",
    file: "composer.lock",
    detect: (folder) => ({
      command: { program: "composer", args: ["install", "--no-interaction", "--no-progress"] },
      inputs: [folder.at("composer.json"), folder.at("composer.lock")],
      outputs: [folder.at("vendor")],
      versions: [version("php"), version("composer")],
    }),
  },
  {
    kind: "java",
    file: "pom.xml",
    detect: (folder) => ({
      command: { program: "mvn", args: ["-q", "-B", "dependency:go-offline"] },
      inputs: folder.all("pom.xml"),
      outputs: [],
      versions: [version("mvn")],
    }),
  },
];

function needsPackages(text: string | undefined): boolean {
  try {
    const content = JSON.parse(text ?? "") as Record<string, unknown>;
    return dependencies.some((key) => Object.keys(content[key] ?? {}).length > 0);
  } catch {
    return false;
  }
}

function viewOf(tree: StepTree, present: ReadonlySet<string>, folder: string): FolderView {
  const at = (name: string): string => (folder === "" ? name : `${folder}/${name}`);
  return {
    at,
    has: (name) => present.has(at(name)),
    read: (name) => tree.read(at(name)),
    all: (name) =>
      tree.files.filter(
        (file) => file.startsWith(at("")) && (file === at(name) || file.endsWith(`/${name}`)),
      ),
  };
}

function isBelow(folder: string, others: readonly string[]): boolean {
  return others.some((other) => other === "" || folder.startsWith(`${other}/`));
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(file.lastIndexOf("/"), 0));
}
