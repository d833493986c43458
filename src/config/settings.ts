import { analyze } from "./sections/analyze.ts";
import { cache } from "./sections/cache.ts";
import { hook } from "./sections/hook.ts";
import { test } from "./sections/test.ts";
import type { Section, SectionValues, Setting } from "./setting.ts";

/** Every section. A new capability adds a file in `sections/` and a line here; nothing else needs to change. */
export const sections = { analyze, cache, test, hook } as const satisfies Record<string, Section>;

export type Settings = { readonly [K in keyof typeof sections]: SectionValues<(typeof sections)[K]> };

export interface NamedSetting {
  readonly section: string;
  readonly name: string;
  readonly setting: Setting;
}

/** All settings in the order in which they are documented. */
export function allSettings(): NamedSetting[] {
  return Object.entries<Section>(sections).flatMap(([section, { settings }]) =>
    Object.entries(settings).map(([name, setting]) => ({ section, name, setting })),
  );
}
