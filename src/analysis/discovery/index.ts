export { countTextLines } from "./count-text-lines.ts";
export { decode, textEncoding, type TextEncoding } from "./decode.ts";
export { RootNotReadableError } from "./errors.ts";
export { inspect, type Inspection } from "./inspect.ts";
export { LanguageTable } from "./language-table.ts";
export { listFiles } from "./list-files.ts";
export { compareByBytes, openPath } from "#paths";
export { type TextLanguage, textLanguages } from "./text-languages.ts";
export {
  type AttributeOverrides,
  bytesRead,
  type Candidate,
  type FileList,
  type LeftOutReason,
  type ListOptions,
  mostSearchedBytes,
  type SkippedFile,
  type SkipReason,
} from "./types.ts";
