import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  inputRequired,
  type InputRequiredResult,
  inputResponse,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { UsageError } from "#kernel";

interface Root {
  uri: string;
}

export interface ClientRootsOptions {
  /** False: the folders were named at the start, or several clients share the server; no client changes them then. */
  enabled: boolean;
  /** Works in these folders from now on. */
  use: (folders: readonly string[]) => Promise<void>;
  log: (text: string) => void;
}

/** A client that does not tell its roots is not waited for. */
const answerMs = 2000;
const key = "roots";

/**
 * The folders that the one client of a server has open. Until 2025 they are asked for when the connection begins, and
 * again when the client says that they changed; since 2026 with the first request that needs them.
 */
export class ClientRoots {
  readonly #options: ClientRootsOptions;
  #settled: Promise<void> = Promise.resolve();
  #isAnswered = false;

  constructor(options: ClientRootsOptions) {
    this.#options = options;
  }

  /** Rejects with a UsageError when the client named folders of which none can be used: others are not guessed then. */
  settled(): Promise<void> {
    return this.#settled;
  }

  /** A client of the initialize era that has introduced itself. */
  follow(server: Server): void {
    if (!this.#options.enabled || server.getClientCapabilities()?.roots === undefined) return;
    const ask = async (): Promise<void> => {
      const answer = await server.listRoots(undefined, { timeout: answerMs }).catch((error: unknown) => {
        this.#options.log(`the client does not tell its roots: ${messageOf(error)}`);
      });
      if (answer !== undefined) await this.#take(answer.roots);
    };
    const begin = (): void => this.#settle(ask());
    begin();
    server.setNotificationHandler("notifications/roots/list_changed", begin);
  }

  /** What a client since 2026 has to be asked before its request can be answered; undefined: nothing. */
  question({ mcpReq }: ServerContext, hasRoots: boolean): InputRequiredResult | undefined {
    if (!this.#options.enabled || this.#isAnswered || !hasRoots) return undefined;
    if (mcpReq.inputResponses === undefined)
      return inputRequired({ inputRequests: { [key]: inputRequired.listRoots() } });
    this.#isAnswered = true;
    const answer = inputResponse(mcpReq.inputResponses, key);
    if (answer.kind === "roots") this.#settle(this.#take(answer.roots));
    else this.#options.log("the client does not tell its roots");
    return undefined;
  }

  #settle(work: Promise<void>): void {
    this.#settled = work;
    // Whoever waits for it hears of it.
    work.catch((error: unknown) => this.#options.log(messageOf(error)));
  }

  async #take(roots: readonly Root[]): Promise<void> {
    const found = roots.map(folderOf);
    const problems = found.flatMap((one) => ("problem" in one ? [one.problem] : []));
    const folders = found.flatMap((one) => ("folder" in one ? [one.folder] : []));
    if (folders.length === 0 && problems.length > 0) {
      throw new UsageError(`none of the client's roots can be used: ${problems.slice(0, 3).join("; ")}`, {
        hint: "open a folder of this machine in the client, or start the server with --root",
      });
    }
    for (const problem of problems) this.#options.log(`a root of the client is left out: ${problem}`);
    if (folders.length > 0) await this.#options.use(folders);
  }
}

function folderOf({ uri }: Root): { folder: string } | { problem: string } {
  const quoted = JSON.stringify(uri.slice(0, 200));
  try {
    const folder = fileURLToPath(uri);
    const stats = statSync(folder);
    // Nobody typed this name: what strangers own is not opened because a client says so.
    const own = process.getuid?.();
    if (own !== undefined && own !== 0 && stats.uid !== 0 && stats.uid !== own)
      return { problem: `${quoted} belongs to another user` };
    return stats.isDirectory() ? { folder } : { problem: `${quoted} is not a folder` };
  } catch (error) {
    return { problem: `${quoted}: ${messageOf(error)}` };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
