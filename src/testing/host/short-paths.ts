import path from "node:path";
import { pathToFileURL } from "node:url";
import type { TestFailure } from "../model.ts";

/**
 * Takes the place of the tree out of what runners say: `/home/…/work/shop-54e0/0/test/a.js:3` → `test/a.js:3`. So the same failure reads
 * the same on every host, and points to the person's own files.
 */
export function shortPaths(root: string): (failure: TestFailure) => TestFailure {
  const places = [`${pathToFileURL(root).href}/`, root + path.sep, `${root.split(path.sep).join("/")}/`];
  const shorten = (text: string): string =>
    places.reduce((short, place) => short.replaceAll(place, ""), text);
  return (failure) => ({
    ...failure,
    message: shorten(failure.message),
    ...(failure.details === undefined ? {} : { details: shorten(failure.details) }),
  });
}
