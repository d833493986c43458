import type { ProjectFolder } from "../runner.ts";

const sections: readonly [file: string, section: RegExp][] = [
  ["pytest.ini", /^/],
  [".pytest.ini", /^/],
  ["pyproject.toml", /^\s*\[tool\.pytest(?:\.ini_options)?\]/m],
  ["tox.ini", /^\s*\[pytest\]/m],
  ["setup.cfg", /^\s*\[tool:pytest\]/m],
];

const isTest = /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/;
const requirements =
  /^(?:requirements?\/)?(?:[\w.-]*requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|tox\.ini|Pipfile|noxfile\.py|environment\.ya?ml)$/;

/** Why a folder is taken for a pytest project; undefined if it is none. Python tests without a word of pytest are not. */
export function describePytest(project: ProjectFolder): string | undefined {
  const test = project.files.find(
    (file) => isTest.test(file) && !/(?:^|\/)(?:node_modules|site-packages)\//.test(file),
  );
  if (test === undefined) return undefined;
  for (const [file, section] of sections) {
    if (section.test(project.read(file) ?? "\0no") && project.files.includes(file))
      return `pytest's settings in ${file}`;
  }
  const required = project.files.find(
    (file) => requirements.test(file) && /\bpytest\b/.test(project.read(file) ?? ""),
  );
  if (required !== undefined) return `pytest in ${required}`;
  const ownFolder = project.files.some((file) =>
    /^(?:pyproject\.toml|setup\.(?:py|cfg)|conftest\.py)$/.test(file),
  );
  const inner = innerProjects(project);
  const importing = project.files
    .filter((file) => isTest.test(file) || /(?:^|\/)conftest\.py$/.test(file))
    .filter((file) => !inner.some((folder) => file.startsWith(folder)))
    .slice(0, 200)
    .find((file) => /^\s*(?:import|from)\s+pytest\b/m.test(project.read(file) ?? ""));
  if (importing !== undefined && (ownFolder || project.path === "")) return `${importing} imports pytest`;
  return undefined;
}

/** Folders below that are Python projects of their own, with a `/` at their end. */
function innerProjects(project: ProjectFolder): string[] {
  return project.files
    .filter((file) => /\/(?:pyproject\.toml|setup\.(?:py|cfg)|pytest\.ini|tox\.ini)$/.test(file))
    .map((file) => file.slice(0, file.lastIndexOf("/") + 1));
}
