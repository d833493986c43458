export { type CloneClass, type CloneFragment, type Clones, findClones } from "./find-clones.ts";
export { TokenRecorder } from "./record-tokens.ts";
