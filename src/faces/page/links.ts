import { h } from "./dom.ts";
import type { Model } from "./model.ts";

/** Goes to a place of the page: its address behind `#`, not encoded. */
export type Go = (place: string) => void;

/** The address of a place. */
export function addressOf(place: string): string {
  return `#${place.split("/").map(encodeURIComponent).join("/")}`;
}

export function link(place: string, text: string): HTMLElement {
  return h("a", { href: addressOf(place) }, text);
}

export function fileLink(model: Model, file: number, line?: number): HTMLElement {
  const path = model.path(file);
  return link(`file/${path}`, line === undefined ? path : `${path}:${line}`);
}
