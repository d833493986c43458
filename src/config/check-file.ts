import path from "node:path";
import { closestMatch } from "leven";
import * as v from "valibot";
import type { ConfigProblem } from "./errors.ts";
import type { ConfigFile } from "./find-files.ts";
import type { Section, Setting } from "./setting.ts";
import { partNames } from "./parts.ts";
import { sections } from "./settings.ts";
import type { ConfigSource, KeyPath, Position } from "./source.ts";

/** What one file or the environment says about one setting. */
export interface Said {
  readonly value: unknown;
  readonly position: Position | undefined;
}

/** Keyed by the full name: `analyze.workers`. */
export type Layer = Map<string, Said>;

/** Checks all that a file says; every problem is collected, so that one run shows them all. */
export function checkFile(file: ConfigFile, where: string, problems: ConfigProblem[]): Layer {
  const layer: Layer = new Map();
  const report = (keys: KeyPath, part: "key" | "value", message: string): void => {
    problems.push({ where, position: nearestPlace(file.source, keys, part), message });
  };

  const root = entriesOf(file.source.value);
  if (root === undefined)
    report([], "value", `the configuration must be an object, got ${shownValue(file.source.value)}`);
  for (const [name, content] of root ?? []) {
    // Editors find the JSON Schema by this key.
    if (name === "$schema" || isPart(name)) continue;
    const section = ownProperty<Section>(sections, name);
    if (section === undefined)
      report([name], "key", unknownKey(name, name, [...Object.keys(sections), ...partNames]));
    else checkSection(name, section, content);
  }
  return layer;

  function checkSection(name: string, section: Section, content: unknown): void {
    const entries = entriesOf(content);
    if (entries === undefined)
      report([name], "value", `${name} must be an object, got ${shownValue(content)}`);
    for (const [key, value] of entries ?? []) {
      const setting = ownProperty(section.settings, key);
      if (setting === undefined) {
        report([name, key], "key", unknownKey(`${name}.${key}`, key, Object.keys(section.settings)));
        continue;
      }
      const checked = checkValue(setting, value);
      for (const issue of checked.issues) {
        const full = [name, key, ...issue.keys];
        const around = full.slice(0, -1);
        if (issue.wrong === "unknown key")
          report(full, "key", `${dotted(full)} is not known here: ${dotted(around)} must be ${issue.phrase}`);
        else if (issue.wrong === "missing key")
          report(around, "value", `${dotted(around)} must be ${issue.phrase}; ${full.at(-1)} is missing`);
        else report(full, "value", `${dotted(full)} must be ${issue.phrase}, got ${shownValue(issue.got)}`);
      }
      if (checked.issues.length > 0) continue;
      const resolved = setting.isPath
        ? path.resolve(path.dirname(file.file), String(checked.value))
        : checked.value;
      layer.set(`${name}.${key}`, { value: resolved, position: file.source.locate([name, key], "key") });
    }
  }
}

/** What a program computes stands nowhere: then what holds it. */
function nearestPlace(source: ConfigSource, keys: KeyPath, part: "key" | "value"): Position | undefined {
  const place = source.locate(keys, part);
  return place !== undefined || keys.length === 0 ? place : nearestPlace(source, keys.slice(0, -1), "value");
}

function isPart(name: string): boolean {
  return partNames.some((part) => part === name);
}

interface Checked {
  readonly value: unknown;
  readonly issues: readonly Issue[];
}

interface Issue {
  /** Below the setting; of a key that is wrong it ends with that key. */
  keys: KeyPath;
  /** What the value has to be, or what holds the key. */
  phrase: string;
  got: unknown;
  wrong: "value" | "unknown key" | "missing key";
}

export function checkValue(setting: Setting, value: unknown): Checked {
  const result = v.safeParse(setting.schema, value);
  if (result.success) return { value: result.output, issues: [] };
  const issues = result.issues.flatMap(mostExact).map((issue) => ({
    keys: (issue.path ?? []).map((item) => item.key as string | number),
    phrase: issue.message,
    got: issue.input,
    wrong: whatIsWrong(issue),
  }));
  return { value, issues };
}

function whatIsWrong({ type, expected, input }: v.BaseIssue<unknown>): Issue["wrong"] {
  if (type !== "strict_object") return "value";
  if (expected === "never") return "unknown key";
  return input === undefined ? "missing key" : "value";
}

/** Of a choice between shapes: what is wrong inside the one that was meant, if anything inside is. */
function mostExact(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown>[] {
  const inside = (issue.issues ?? []).filter((each) => each.path !== undefined);
  if (inside.length === 0) return [issue];
  return inside.flatMap(mostExact).map((each): v.BaseIssue<unknown> => {
    const [first, ...rest] = [...(issue.path ?? []), ...(each.path ?? [])];
    return first === undefined ? each : { ...each, path: [first, ...rest] };
  });
}

/** Long values are cut: the message is about one line. */
export function shownValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function entriesOf(value: unknown): [string, unknown][] | undefined {
  // An empty YAML mapping (`analyze:` and nothing below) reads as null and says nothing.
  if (value === null) return [];
  return typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : undefined;
}

/** `constructor` is a property of every object, but not a setting. */
function ownProperty<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function unknownKey(full: string, key: string, known: readonly string[]): string {
  const near = closestMatch(key, known, { maxDistance: 3 });
  return `${full} is not a setting${near === undefined ? `; known here: ${known.join(", ")}` : `; did you mean ${near}?`}`;
}

function dotted(keys: KeyPath): string {
  return keys.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}
