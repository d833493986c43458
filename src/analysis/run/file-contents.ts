import { type Candidate, type FileList } from "../discovery/index.ts";
import type { UnitFile } from "../file/wire.ts";
import { readSource, sha256 } from "../file/read-file.ts";

type Unread = Exclude<ReturnType<typeof readSource>, Uint8Array>;

/** Files of a unit as a host without our disk gets them. */
export interface UnitContents {
  files: UnitFile[];
  /** Each content once, in the order of the files. */
  blobs: { sha: string; bytes: Uint8Array }[];
  /** Place in the unit → why there is no content; such a file is not among `files`. */
  unread: Map<number, Unread>;
}

/** The bytes of files, read when a host is to get them and not kept: a repository may be larger than memory. */
export class FileContents {
  readonly #list: FileList;
  readonly #maxFileSize: number;

  constructor(list: FileList, maxFileSize: number) {
    this.#list = list;
    this.#maxFileSize = maxFileSize;
  }

  /** What is hashed is what is sent and measured, also when a file changes while we run. */
  read(indexes: readonly number[]): UnitContents {
    const contents: UnitContents = { files: [], blobs: [], unread: new Map() };
    const seen = new Set<string>();
    for (const [place, index] of indexes.entries()) {
      const file = this.#list.files[index]!;
      const content = readSource(this.#list.root, file, this.#maxFileSize);
      if (!(content instanceof Uint8Array)) {
        contents.unread.set(place, content);
        continue;
      }
      const sha = sha256(content);
      contents.files.push({ ...unitFile(file), sha });
      if (!seen.has(sha)) contents.blobs.push({ sha, bytes: content });
      seen.add(sha);
    }
    return contents;
  }

  /** The same files for a host that reads them itself. */
  named(indexes: readonly number[]): UnitFile[] {
    return indexes.map((index) => unitFile(this.#list.files[index]!));
  }
}

function unitFile(candidate: Candidate): UnitFile {
  const { size: _, ...file } = candidate;
  return file;
}
