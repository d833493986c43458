import type { Go } from "./links.ts";
import type { Model } from "./model.ts";
import { changes } from "./sections/changes.ts";
import { copies } from "./sections/copies.ts";
import { dependencies } from "./sections/dependencies.ts";
import { files } from "./sections/files.ts";
import { findings } from "./sections/findings.ts";
import { functions } from "./sections/functions.ts";
import { hotspots } from "./sections/hotspots.ts";
import { overview } from "./sections/overview.ts";
import { trust } from "./sections/trust.ts";
import { unused } from "./sections/unused.ts";
import { treemap } from "./treemap.ts";

export interface Section {
  id: string;
  title: string;
  /** Next to the title in the list of sections. */
  number?: number;
  draw: () => HTMLElement | HTMLElement[];
}

/** Everything on the page, in the order of what people ask first. */
export function sections(model: Model, go: Go): Section[] {
  const { data } = model;
  const open = (file: number): void => go(`file/${model.path(file)}`);
  const all: Section[] = [
    { id: "overview", title: "Overview", draw: () => overview(model, go) },
    { id: "map", title: "Map", draw: () => treemap(model, open) },
    { id: "hotspots", title: "Hotspots", number: data.hotspots.length, draw: () => hotspots(model, open) },
    { id: "findings", title: "Findings", number: data.findingsTotal, draw: () => findings(model, go) },
    {
      id: "dependencies",
      title: "Dependencies",
      number: data.cycles.length,
      draw: () => dependencies(model, open, go),
    },
    { id: "copies", title: "Copies", number: data.clonesTotal, draw: () => copies(model, go) },
    { id: "functions", title: "Functions", draw: () => functions(model, open) },
    { id: "files", title: "Files", number: data.totals.files, draw: () => files(model, open) },
    {
      id: "unused",
      title: "Unused",
      number: (data.unused?.orphans.length ?? 0) + (data.unused?.exports.length ?? 0),
      draw: () => unused(model, open),
    },
    { id: "trust", title: "Trust", draw: () => trust(model, open) },
  ];
  const { since } = data;
  if (since !== undefined)
    all.splice(1, 0, {
      id: "changes",
      title: "Changes",
      number: since.changed.length,
      draw: () => changes(model, open),
    });
  return all;
}
