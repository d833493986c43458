import picomatch from "picomatch";

/**
 * `--include` and `--exclude`. A glob without `/` matches at any depth; one that matches a folder holds for all
 * in it; a leading `./` or `/` means the root.
 */
export function globMatcher(globs: readonly string[] | undefined): ((path: string) => boolean) | undefined {
  if (globs === undefined || globs.length === 0) return undefined;
  return picomatch(globs.flatMap(expand), { dot: true });
}

function expand(glob: string): string[] {
  const body = glob.replace(/\/+$/, "");
  const fromRoot = body.replace(/^\.?\//, "");
  const placed = body.includes("/") ? fromRoot : `**/${fromRoot}`;
  return [placed, `${placed}/**`];
}
