import type { FileMeasurer } from "../file/measure-file.ts";
import { readSource, sha256 } from "../file/read-file.ts";
import { encodeResults } from "../file/wire.ts";
import type { Parsers } from "../parse/parsers.ts";
import { checkRules } from "../rules/check-rules.ts";
import { usesIn } from "./uses.ts";
import {
  encodeAnswer,
  type FilesRequest,
  type FileUses,
  type ServiceFile,
  type ServiceRequest,
} from "./wire.ts";

export interface RequestContext {
  measurer: FileMeasurer;
  parsers: () => Promise<Parsers>;
  signal: AbortSignal;
}

/** The worker's side: one request, one answer. Throws what the measurer throws when tree-sitter is out of memory. */
export async function answerRequest(
  request: ServiceRequest,
  contents: Buffer,
  context: RequestContext,
): Promise<Uint8Array> {
  const body = await bodyOf(request, contents, context);
  return encodeAnswer(body, process.memoryUsage.rss());
}

async function bodyOf(
  request: ServiceRequest,
  contents: Buffer,
  { measurer, parsers, signal }: RequestContext,
): Promise<Uint8Array> {
  if (request.type === "check")
    return Buffer.from(JSON.stringify(await checkRules(request.rules, await parsers())));
  const read = reader(request, contents);
  if (request.type === "measure") {
    const results = [];
    for (const file of request.files) {
      signal.throwIfAborted();
      const content = read(file);
      results.push(
        content instanceof Uint8Array
          ? { sha: sha256(content), result: await measurer.measure(content, file) }
          : { sha: "", result: content },
      );
    }
    return encodeResults(results);
  }
  const name = Buffer.from(request.name);
  const found: FileUses[] = [];
  for (const file of request.files) {
    signal.throwIfAborted();
    const content = read(file);
    // Most files do not contain the name: those are not parsed.
    if (
      !(content instanceof Uint8Array) ||
      !Buffer.from(content.buffer, content.byteOffset, content.byteLength).includes(name)
    )
      continue;
    const parsed = await measurer.parse(content, file);
    const uses = parsed === undefined ? [] : usesIn(parsed, request.name);
    if (uses.length > 0) found.push({ path: file.path, uses });
  }
  return Buffer.from(JSON.stringify(found));
}

function reader(
  { root, maxFileSize }: FilesRequest,
  contents: Buffer,
): (file: ServiceFile) => ReturnType<typeof readSource> {
  let at = 0;
  return (file) => {
    if (file.bytes !== undefined) {
      const content = contents.subarray(at, at + file.bytes);
      at += file.bytes;
      return content;
    }
    if (root === undefined) throw new Error("a request names neither a folder nor contents");
    return readSource(root, file, maxFileSize);
  };
}
