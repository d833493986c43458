import { isBuiltin } from "node:module";
import type { ImportFacts } from "../../facts.ts";
import type { ProjectIndex } from "../project.ts";
import type { Outcome, Resolve } from "../types.ts";
import { mapTargets, matchPattern } from "./javascript/exports-map.ts";
import { type Package, Packages } from "./javascript/packages.ts";
import { ScriptFiles } from "./javascript/script-files.ts";
import { type PathConfig, PathConfigs } from "./javascript/tsconfig.ts";
import { external, found, unresolved } from "./outcome.ts";
import { inside, isInside, joinPath } from "./paths.ts";

/** JavaScript and TypeScript: relative paths, `#imports`, TypeScript paths, packages of the same project. */
export function javascript(project: ProjectIndex): Resolve {
  const packages = new Packages(project);
  const files = new ScriptFiles(project, (folder) => packages.at(folder)?.mains ?? []);
  const configs = new PathConfigs(project, (name, from) => packages.visible(name, from)?.folder);

  return (from, imported) => {
    const folder = project.folder(from);
    const typed = /\.[cm]?tsx?$|\.(vue|svelte|astro)$/.test(project.path(from));
    const raw = imported.raw.replace(/^.*!/, "").replace(/\?.*$/, ""); // bundlers: `loader!x`, `x?raw`
    if (/^[a-z][a-z0-9+.-]*:/i.test(raw)) return external(raw.startsWith("node:") ? raw : schemeOf(raw));
    const config = configs.for(folder);
    if (/^\.\.?(\/|$)/.test(raw)) return relative(raw, folder, config, typed);
    if (raw === "" || raw.startsWith("/")) return unresolved;
    if (raw.startsWith("#")) {
      const home = packages.around(folder);
      const own = home && throughMap(home, home.imports, raw, imported, config, typed);
      if (own !== undefined) return own;
    }
    return byPaths(raw, folder, config, typed) ?? byPackage(raw, folder, imported, config, typed);
  };

  function relative(raw: string, folder: string, config: PathConfig | undefined, typed: boolean): Outcome {
    const path = joinPath(folder, raw);
    if (path === undefined) return unresolved;
    const direct = found(lookup(path, raw, typed));
    if (direct !== undefined) return direct;
    // rootDirs lay several folders over each other: the same place in another of them.
    for (const home of config?.rootDirs ?? []) {
      if (!isInside(path, home)) continue;
      for (const other of config!.rootDirs) {
        const there = found(files.find(inside(other, path.slice(home === "" ? 0 : home.length + 1)), typed));
        if (there !== undefined) return there;
      }
    }
    return unresolved;
  }

  /** `./x/` and `..` name folders, even where a file of that name stands beside. */
  function lookup(path: string, raw: string, typed: boolean): number | undefined {
    return /(^|\/)\.{0,2}$/.test(raw) && path !== ""
      ? (files.find(`${path}/index`, typed) ?? files.find(path, typed))
      : files.find(path, typed);
  }

  function byPaths(
    raw: string,
    folder: string,
    config: PathConfig | undefined,
    typed: boolean,
  ): Outcome | undefined {
    if (config === undefined) return undefined;
    let best: { targets: readonly string[]; star: string; length: number; exact: boolean } | undefined;
    for (const { pattern, targets } of config.paths) {
      const exact = pattern === raw;
      const star = exact ? "" : pattern.includes("*") ? matchPattern(pattern, raw) : undefined;
      if (star === undefined) continue;
      const length = pattern.indexOf("*");
      if (best === undefined || exact || (!best.exact && length > best.length)) {
        best = { targets, star, length, exact };
      }
    }
    for (const target of best?.targets ?? []) {
      const hit = found(files.find(target.replace("*", best!.star), typed));
      if (hit !== undefined) return hit;
    }
    const fromBase = config.baseUrl === undefined ? undefined : joinPath(config.baseUrl, raw);
    const hit = fromBase === undefined ? undefined : found(files.find(fromBase, typed));
    if (hit !== undefined) return hit;
    // A pattern that maps everything (`*`), leads into node_modules or also fits an installed name claims nothing.
    const claims = best !== undefined && (best.exact || best.length > 0) && isOwn(best.targets);
    return claims && !packages.installs(packageName(raw), folder) ? unresolved : undefined;
  }

  function isOwn(targets: readonly string[]): boolean {
    return targets.some((target) => {
      const home = target.replace(/\/?[^/]*\*.*$/, "");
      return !target.includes("node_modules/") && project.hasFolder(home);
    });
  }

  function byPackage(
    raw: string,
    folder: string,
    imported: ImportFacts,
    config: PathConfig | undefined,
    typed: boolean,
  ): Outcome {
    const name = packageName(raw);
    const rest = raw.length > name.length ? raw.slice(name.length + 1) : undefined;
    if (isBuiltin(raw)) return external(`node:${raw}`);
    if (raw.startsWith("#")) return unresolved;
    const target = packages.visible(name, folder);
    if (target === undefined) return external(name);
    const subpath = rest === undefined || rest === "" ? "." : `./${rest}`;
    if (target.exports !== undefined && target.exports !== null) {
      return throughMap(target, target.exports, subpath, imported, config, typed) ?? unresolved;
    }
    const path = inside(target.folder, rest ?? "");
    const direct =
      files.find(path, typed) ??
      (rest === undefined ? undefined : files.find(inside(inside(target.folder, "src"), rest), typed));
    if (direct !== undefined) return found(direct)!;
    return fromBuilt(target, rest === undefined ? target.mains : [path], typed) ?? unresolved;
  }

  /** First what Node would take, then any condition: sources often stand behind one that only a bundler sets. */
  function throughMap(
    home: Package,
    map: unknown,
    subpath: string,
    imported: ImportFacts,
    config: PathConfig | undefined,
    typed: boolean,
  ): Outcome | undefined {
    const custom = config?.customConditions ?? [];
    const form = imported.form === "require" ? "require" : "import";
    const met = new Set(["node", "module", "module-sync", form, ...custom]);
    const strict = mapTargets(map, subpath, met);
    if (strict === null) return unresolved;
    const targets = [...strict, ...(mapTargets(map, subpath, "any") ?? [])];
    if (targets.length === 0) return undefined;
    const paths: string[] = [];
    for (const target of targets) {
      if (!target.startsWith("./")) {
        if (subpath.startsWith("#")) return byPackage(target, home.folder, imported, config, typed);
        continue;
      }
      const path = joinPath(home.folder, target);
      if (path === undefined) continue;
      const hit = found(files.find(path, typed));
      if (hit !== undefined) return hit;
      paths.push(path);
    }
    return fromBuilt(home, paths, typed) ?? unresolved;
  }

  /**
   * Published paths lead to build output that a repository does not hold: the source is looked for by the usual
   * layouts, `dist/a.js` → `src/a.ts` or `a.ts`, and a main file falls back to `src/index`.
   */
  function fromBuilt(home: Package, built: readonly string[], typed: boolean): Outcome | undefined {
    for (const path of built) {
      const relative = home.folder === "" ? path : path.slice(home.folder.length + 1);
      const bare = relative
        .replace(/\.d\.([cm]?)ts$/, ".$1js")
        .replace(/(\.(min|esm|cjs|umd|prod|development))+(?=\.[cm]?js$)/, "");
      const segments = bare.split("/");
      for (let cut = 1; cut < segments.length && isOutput(segments[cut - 1]!); cut++) {
        const rest = segments
          .slice(cut)
          .join("/")
          .replace(/\.[cm]js$/, ".js");
        for (const source of [`src/${rest}`, `source/${rest}`, `lib/${rest}`, rest]) {
          const hit = found(files.find(inside(home.folder, source), typed));
          if (hit !== undefined) return hit;
        }
      }
    }
    const isMain = built.length === 0 || built.some((path) => home.mains.includes(path));
    return isMain ? found(files.find(inside(home.folder, "src"), typed)) : undefined;
  }
}

/** `@scope/name/sub` → `@scope/name`. */
function packageName(raw: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(raw)?.[0] ?? raw;
}

function isOutput(folder: string): boolean {
  return /^(dist|lib|build|out|output|esm?|cjs|umd|types|typings|module|modules|node|browser|es20\d\d|_esm|_cjs|_types|bundles?)$/.test(
    folder,
  );
}

function schemeOf(url: string): string {
  const web = /^(https?:\/\/[^/]+)/.exec(url);
  return web?.[1] ?? url.replace(/^([a-z0-9+.-]+:(?:@[^/@]+\/)?[^/@]*).*$/i, "$1");
}
