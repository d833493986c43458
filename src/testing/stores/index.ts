export { type Flake, type StoredVerdict, TestStore, type Timing, type VerdictKey } from "./test-store.ts";
export { configurationHash, type TestedHow } from "./verdict-key.ts";
