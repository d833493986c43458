import type { ProjectIndex } from "../../project.ts";
import { asTable, asTexts, readTable } from "../manifest.ts";
import { joinPath } from "../paths.ts";

export interface AutoloadRules {
  /** Paths where a class may stand, by PSR-4 (longest prefix first) and PSR-0. */
  candidates: (name: string) => string[];
  /** Whether some rule is for names like this one, and no required package is. */
  covers: (name: string) => boolean;
}

interface Rule {
  prefix: string;
  folder: string;
  psr0: boolean;
}

/** The rules of every `composer.json` of the project, development rules included. */
export function autoloadRules(project: ProjectIndex): AutoloadRules {
  const rules: Rule[] = [];
  const required: string[] = [];
  for (const number of project.named("composer.json")) {
    const json = readTable("json", project.text(project.path(number)));
    for (const section of ["require", "require-dev"]) {
      required.push(...Object.keys(asTable(json[section])).map(compact));
    }
    for (const section of ["autoload", "autoload-dev"]) {
      for (const kind of ["psr-4", "psr-0"]) {
        for (const [prefix, folders] of Object.entries(asTable(asTable(json[section])[kind]))) {
          for (const written of asTexts(folders)) {
            const folder = joinPath(project.folder(number), written);
            if (folder !== undefined) rules.push({ prefix, folder, psr0: kind === "psr-0" });
          }
        }
      }
    }
  }
  rules.sort((a, b) => b.prefix.length - a.prefix.length);
  return {
    candidates: (name) =>
      rules
        .filter(({ prefix }) => name.startsWith(prefix))
        .map(({ prefix, folder, psr0 }) => {
          const rest = (psr0 ? name : name.slice(prefix.length)).replaceAll("\\", "/");
          const file = psr0 ? rest.replace(/[^/]*$/, (last) => last.replaceAll("_", "/")) : rest;
          return joinPath(folder, `${file.replace(/^\//, "")}.php`);
        })
        .filter((path) => path !== undefined),
    covers: (name) =>
      rules.some(({ prefix }) => prefix !== "" && name.startsWith(prefix)) && !isRequired(name),
  };

  /** `Composer\Spdx` comes from `composer/spdx-licenses`, though the project's own prefix is `Composer\`. */
  function isRequired(name: string): boolean {
    const start = compact(name.split("\\").slice(0, 2).join(""));
    return required.some((one) => one.startsWith(start));
  }
}

function compact(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
