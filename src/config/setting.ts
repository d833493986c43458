import type * as v from "valibot";

/** One setting: everything the loader, `caelum config show` and the reference pages need to know about it. */
export interface Setting<Value = unknown> {
  readonly schema: v.GenericSchema<unknown, Value>;
  /** A sentence for the reference page. */
  readonly description: string;
  /** What holds when nobody says anything. A function when it depends on the machine. */
  readonly fallback: Value | ((env: NodeJS.ProcessEnv) => Value);
  /** For the reference page, where `fallback` is a function or undefined. */
  readonly fallbackText?: string;
  /** The environment variable that overrides files, and how its text becomes a value. */
  readonly env?: { readonly name: `CAELUM_${string}`; readonly read: (text: string) => unknown };
  /** A path, relative to the folder of the file that names it. */
  readonly isPath?: true;
}

/** The settings of one capability: `analyze`, `cache`. */
export interface Section {
  readonly description: string;
  readonly settings: Readonly<Record<string, Setting>>;
}

type ValueOf<S> = S extends Setting<infer Value> ? Value : never;
export type SectionValues<S extends Section> = { [K in keyof S["settings"]]: ValueOf<S["settings"][K]> };

/** Keeps the value type of a schema and makes the fallback agree with it. */
export function setting<Schema extends v.GenericSchema<unknown, unknown>>(
  schema: Schema,
  rest: Omit<Setting<v.InferOutput<Schema>>, "schema">,
): Setting<v.InferOutput<Schema>> {
  return { schema, ...rest };
}

/** A setting without a default: undefined until somebody sets it. */
export function optionalSetting<Schema extends v.GenericSchema<unknown, unknown>>(
  schema: Schema,
  rest: Omit<Setting<v.InferOutput<Schema>>, "schema" | "fallback"> & { fallbackText: string },
): Setting<v.InferOutput<Schema> | undefined> {
  return { schema, fallback: undefined, ...rest };
}

/** Readers of environment variables: what cannot be read stays text, and the schema says what is wrong with it. */
export const fromText = {
  number: (text: string): unknown => (/^-?\d+$/.test(text.trim()) ? Number(text) : text),
  decimal: (text: string): unknown => (/^-?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text),
  onOff: (text: string): unknown =>
    ({ "1": true, true: true, yes: true, on: true, "0": false, false: false, no: false, off: false })[
      text.toLowerCase()
    ] ?? text,
  list: (text: string): unknown =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  text: (text: string): unknown => text,
} as const;
