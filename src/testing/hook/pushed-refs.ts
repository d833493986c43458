/** One line that git gives a pre-push hook. */
export interface PushedRef {
  local: string;
  localId: string;
  remote: string;
  remoteId: string;
}

const line = /^(\S+) ([0-9a-f]{40,64}) (\S+) ([0-9a-f]{40,64})$/;

/** What git writes to a pre-push hook; see `git help hooks`. Lines that are none are left out. */
export function parsePushedRefs(text: string): PushedRef[] {
  return text.split("\n").flatMap((each) => {
    const [, local, localId, remote, remoteId] = line.exec(each.trim()) ?? [];
    if (local === undefined || localId === undefined || remote === undefined || remoteId === undefined)
      return [];
    return [{ local, localId, remote, remoteId }];
  });
}

/**
 * The framework `pre-commit` reads the lines itself and tells of one ref in variables: its commit, or, of a first push, its
 * name alone. Undefined: it is not at work.
 */
export function revisionFromPreCommit(env: NodeJS.ProcessEnv): string | undefined {
  if (env["PRE_COMMIT"] !== "1") return undefined;
  return env["PRE_COMMIT_TO_REF"] || env["PRE_COMMIT_LOCAL_BRANCH"] || "HEAD";
}

export function isDeletion({ localId }: PushedRef): boolean {
  return /^0+$/.test(localId);
}
