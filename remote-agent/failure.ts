import { readFile } from "node:fs/promises";
import { createHash } from "node:crypto";

/** An expected failure that is told to the controller by its code. */
export class AgentFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The file's content, if it is what the hash says; throws an AgentFailure otherwise. */
export async function readVerified(path: string, sha: string, name: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new AgentFailure("missing-blob", `"${name}" cannot be read: ${messageOf(error)}`, { cause: error });
  }
  const found = sha256(bytes);
  if (found !== sha)
    throw new AgentFailure("wrong-hash", `"${name}" has the hash ${found}, ${sha} was expected`);
  return bytes;
}
