import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { ResolvedHost } from "./resolve.ts";

/** A private key, and what ssh2 needs to know before it can try it. */
export interface Identity {
  file: string;
  content: Buffer;
}

/** The private keys that exist, in OpenSSH's order. */
export async function readIdentities(resolved: ResolvedHost): Promise<Identity[]> {
  const found = [...new Set(resolved.identityFiles)].filter((file) => existsSync(file));
  return Promise.all(found.map(async (file) => ({ file, content: await readFile(file) })));
}

/** Why only OpenSSH's own client can authenticate here; undefined when ssh2 can. */
export function whyOnlyOpenssh(resolved: ResolvedHost): string | undefined {
  const certificate = [
    ...resolved.certificateFiles,
    ...resolved.identityFiles.map((file) => `${file}-cert.pub`),
  ];
  if (certificate.some((file) => existsSync(file))) return "a user certificate";
  const keyOnToken = resolved.identityFiles.some((file) => file.endsWith("_sk") && existsSync(file));
  return keyOnToken ? "a FIDO key" : undefined;
}
