import picomatch from "picomatch";

/**
 * `--include` and `--exclude`. A glob without `/` matches at any depth; one that matches a folder holds for all
 * in it; a leading `./` or `/` means the root.
 */
export function globMatcher(globs: readonly string[] | undefined): ((path: string) => boolean) | undefined {
  if (globs === undefined || globs.length === 0) return undefined;
  return picomatch(globs.flatMap(expand), { dot: true });
}

/** Whether anything in a folder (`a/b`) could match one of the globs: told by what stands in front of the first wildcard. */
export function reachMatcher(globs: readonly string[] | undefined): (folder: string) => boolean {
  if (globs === undefined || globs.length === 0) return () => true;
  const bases = globs.flatMap(expand).map((glob) => picomatch.scan(glob).base);
  return (folder) => bases.some((base) => base === "" || isWithin(base, folder) || isWithin(folder, base));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function expand(glob: string): string[] {
  const body = glob.replace(/\/+$/, "");
  const fromRoot = body.replace(/^\.?\//, "");
  const placed = body.includes("/") ? fromRoot : `**/${fromRoot}`;
  return [placed, `${placed}/**`];
}
