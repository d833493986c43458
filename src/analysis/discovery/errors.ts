import { CaelumError } from "#kernel";

/** The path to analyse does not exist or cannot be listed: exit code 2. */
export class RootNotReadableError extends CaelumError {
  constructor(root: string, cause: unknown, problem: "missing" | "unreadable" | "neither-file-nor-folder") {
    const messages = {
      missing: `no such file or folder: "${root}"`,
      unreadable: `"${root}" cannot be read`,
      "neither-file-nor-folder": `"${root}" is neither a file nor a folder`,
    };
    super("CAELUM_ROOT_NOT_READABLE", "usage", messages[problem], { data: { path: root }, cause });
  }
}
