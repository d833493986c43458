import { parse as parseJsonWithComments } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";

export type Table = Readonly<Record<string, unknown>>;

const parsers: Readonly<Record<"json" | "jsonc" | "toml" | "yaml", (text: string) => unknown>> = {
  json: (text) => JSON.parse(text.replace(/^\uFEFF/, "")),
  jsonc: (text) => parseJsonWithComments(text, [], { allowTrailingComma: true }),
  toml: (text) => parseToml(text),
  yaml: (text) => parseYaml(text),
};

/** The table in a manifest. One that is missing or broken says nothing: it is empty, and never ends the run. */
export function readTable(format: keyof typeof parsers, text: string | undefined): Table {
  if (text === undefined) return {};
  try {
    return asTable(parsers[format](text));
  } catch {
    return {};
  }
}

/** What is no table is an empty one. */
export function asTable(value: unknown): Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Table) : {};
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The texts of a list; one text is a list of one. */
export function asTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return asArray(value).filter((one) => typeof one === "string");
}
