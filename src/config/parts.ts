import type { ConfigSource } from "./source.ts";

/** Top-level keys that another slice understands: here they are only found. */
export const partNames = ["fleet"] as const;
export type PartName = (typeof partNames)[number];

/** What a configuration file says below such a key, unchecked, and where. */
export interface ConfigPart {
  readonly name: PartName;
  /** Absolute. */
  readonly file: string;
  readonly value: unknown;
  /** The path begins below the key. Undefined where places cannot be known: a program computed it. */
  readonly locate: ConfigSource["locate"];
}
