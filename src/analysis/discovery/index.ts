export { countTextLines } from "./count-text-lines.ts";
export { decode, type TextEncoding } from "./decode.ts";
export { RootNotReadableError } from "./errors.ts";
export { inspect, type Inspection } from "./inspect.ts";
export { LanguageTable } from "./language-table.ts";
export { listFiles } from "./list-files.ts";
export { compareByBytes, openPath } from "#paths";
export { type TextLanguage, textLanguages } from "./text-languages.ts";
export {
  type AttributeOverrides,
  type Candidate,
  type FileList,
  type ListOptions,
  type SkippedFile,
  type SkipReason,
} from "./types.ts";
