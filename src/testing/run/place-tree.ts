import path from "node:path";
import type { Session } from "#agents";
import type { OpenRequest } from "../host/wire.ts";
import { projectName, requirePortable, sendTree, type SentTree, type Tree } from "../sync/index.ts";
import type { HostSystem } from "../sync/index.ts";
import { shownPath } from "../sync/manifest.ts";
import type { PlaceTree } from "./machine.ts";
import type { TestOptions } from "./options.ts";

/** What is to be tested: a tree, and the folder of it that the tests are looked for in. */
export interface Source {
  tree: Tree;
  /** Relative to the tree's root, with `/`; `""`: all of it. */
  below: string;
}

export interface PlacePort {
  options: TestOptions;
  source: Promise<Source>;
  signal: AbortSignal;
  /** What the host is likely to run first. */
  readonly warm: (session: Session) => OpenRequest["warm"];
  readonly onSent: (host: string, sent: SentTree) => void;
}

/** On this machine files are tested where they lie; other hosts, and revisions, get a workspace. */
export function placeTrees({ options, source, signal, warm, onSent }: PlacePort): PlaceTree {
  const { timeoutMs, env, secrets = [], generic, args, coverage, artifacts } = options;
  return async (session, program): Promise<OpenRequest> => {
    const { tree, below } = await source;
    const wanted = warm(session);
    const common = {
      below,
      ...(wanted === undefined ? {} : { warm: wanted }),
      files: filesOf(tree, below),
      timeoutMs,
      env,
      secrets,
      args,
      coverage,
      artifacts: artifacts?.globs ?? [],
      ...(generic === undefined ? {} : { generic }),
    };
    if (session.host.address.type === "local" && options.rev === undefined) {
      return { ...common, folders: Array.from({ length: session.slots }, () => tree.root) };
    }
    requirePortable(tree.manifest.entries, [session.hello.platform as HostSystem]);
    const sent = await sendTree(tree, session, program.trees, {
      project: projectName(tree.root),
      slots: session.slots,
      maxBytes: options.workspaceBytes,
      signal,
    });
    onSent(session.host.name, sent);
    const setup = {
      files: filesOf(tree, ""),
      ...(options.setup === undefined ? {} : { steps: options.setup }),
    };
    return { ...common, setup, folders: sent.slots.map(({ folder }) => folder) };
  };
}

/** Where tests are looked for, below the root of the tree. */
export function belowOf(root: string, folder: string): string {
  return path.relative(root, folder).split(path.sep).join("/");
}

function filesOf({ manifest }: Tree, below: string): string[] {
  const prefix = below === "" ? "" : `${below}/`;
  return manifest.entries
    .map((entry) => shownPath(entry.path))
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.slice(prefix.length));
}
