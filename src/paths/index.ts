export { type GitPattern, gitPattern, matchesPattern } from "./git-pattern.ts";
export { IgnoreRules, parentOf } from "./ignore-rules.ts";
export { compareByBytes, joinPath, lossy, openPath, type RelativePath, relativePath } from "./path-bytes.ts";
