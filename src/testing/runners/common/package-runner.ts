import type { DetectedProject, ProjectFolder, Runner } from "../runner.ts";
import { configFile, coversPackages, type Manifest, readManifest, testScripts } from "./manifest.ts";
import { packageVersionCheck } from "./programs.ts";
import { commandIn } from "./script-command.ts";

export interface PackageRunner {
  /** Of the package too. */
  name: string;
  /** Files that configure it. */
  config: RegExp;
  /** Names of its command in scripts. */
  program: RegExp;
  /** A further place for its configuration. */
  configured?: (manifest: Manifest) => string | undefined;
  /** Whether a project with the package alone, without configuration and script, is one. */
  byPackageAlone?: (project: ProjectFolder) => boolean;
}

/**
 * How runners that are packages of Node are detected: by a script that runs them, else by their configuration together
 * with the package. `scripts.test` alone may name a tool that starts others.
 */
export function packageRunner(runner: PackageRunner): Required<Pick<Runner, "detect" | "covers" | "alone">> {
  const { name, config, program } = runner;
  const runs = (script: string): boolean => commandIn(script, program) !== undefined;
  const covers = (project: ProjectFolder): boolean => coversPackages(project, config, runs);
  return { detect, covers, alone: covers };

  function detect(project: ProjectFolder): DetectedProject | undefined {
    const manifest = readManifest(project);
    if (manifest === undefined) return undefined;
    const depends = manifest.packages.has(name);
    const configured = configFile(project, config) ?? runner.configured?.(manifest);
    const script = testScripts(manifest).find(runs);
    const enough =
      script !== undefined || (configured !== undefined && (depends || runner.byPackageAlone !== undefined));
    if (!enough && !(depends && runner.byPackageAlone?.(project) === true)) return undefined;
    const reasons = [
      ...(depends ? [`${name} in package.json`] : []),
      ...(configured === undefined ? [] : [configured]),
      ...(script === undefined ? [] : [`script "${script}"`]),
    ];
    return {
      runner: name,
      project: project.path,
      because: reasons.join(", "),
      tools: [packageVersionCheck(name)],
    };
  }
}
