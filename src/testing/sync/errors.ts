import { CaelumError } from "#kernel";

/** The tree to test cannot be read or named: exit code 2. */
export class TreeError extends CaelumError {
  constructor(message: string, details: { hint?: string; cause?: unknown } = {}) {
    super("CAELUM_TREE", "usage", message, details);
  }
}

/** A path that a platform of the run cannot hold; nothing has been sent. */
export class UnportableTreeError extends CaelumError {
  constructor(problems: readonly string[]) {
    const shown = problems.slice(0, 10);
    const rest = problems.length > shown.length ? [`and ${problems.length - shown.length} more`] : [];
    super(
      "CAELUM_UNPORTABLE_TREE",
      "usage",
      [`the tree cannot be had on every platform:`, ...shown, ...rest].join("\n  "),
      {
        hint: "rename them, or name them in .caelumignore",
        data: { problems },
      },
    );
  }
}

/** Files kept changing while they were sent. */
export class TreeChangedError extends CaelumError {
  constructor(path: string) {
    super("CAELUM_TREE_CHANGED", "incomplete", `"${path}" keeps changing while the tree is sent`, {
      hint: "run it again once nothing writes into the tree",
    });
  }
}
