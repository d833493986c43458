import { hierarchy, type HierarchyRectangularNode, treemapSquarify } from "d3-hierarchy";

/** A folder, or a file of it. */
export interface Place {
  name: string;
  path: string;
  /** Absent for folders. */
  file?: number;
  children?: Place[];
  /** In it and below. */
  files: number;
}

export type Box = HierarchyRectangularNode<Place>;

/** A folder smaller than this is drawn as one box: nobody could tell its files apart. */
const LEAST = 3.5;
const TITLE = 15;
const tile = treemapSquarify.ratio(1.3);

/** All files of the project with their folders, weighed; coordinates come from `layOut`. Made once. */
export function weighed(paths: readonly string[], weight: (file: number) => number): Box {
  const tree = hierarchy(placesOf(paths), ({ children }) => children)
    .sum(({ file }) => (file === undefined ? 0 : weight(file)))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  return tree as Box;
}

/** Gives a place, and what can be seen of what is in it, their coordinates. Returns the boxes to draw, from the outermost inwards. */
export function layOut(root: Box, width: number, height: number): Box[] {
  Object.assign(root, { x0: 0, y0: 0, x1: width, y1: height });
  const drawn: Box[] = [];
  const open = [root];
  for (let box = open.pop(); box !== undefined; box = open.pop()) {
    drawn.push(box);
    if (!isOpen(box, root)) continue;
    const top = hasTitle(box, root) ? TITLE : 2;
    tile(box, box.x0 + 2, box.y0 + top, Math.max(box.x0 + 2, box.x1 - 2), Math.max(box.y0 + top, box.y1 - 2));
    open.push(...box.children!);
  }
  return drawn;
}

/** Whether what is in a box is drawn, rather than the box as a whole. */
export function isOpen(box: Box, root: Box): boolean {
  return (
    box.children !== undefined &&
    (box === root || (box.x1 - box.x0 > LEAST * 2 && box.y1 - box.y0 > LEAST * 2))
  );
}

export function hasTitle(box: Box, root: Box): boolean {
  return box !== root && box.x1 - box.x0 > 60 && box.y1 - box.y0 > 34;
}

/** The innermost box at a place that is drawn. */
export function boxAt(root: Box, x: number, y: number): Box | undefined {
  const holds = ({ x0, x1, y0, y1 }: Box): boolean => x >= x0 && x < x1 && y >= y0 && y < y1;
  if (!holds(root)) return undefined;
  let box = root;
  while (isOpen(box, root)) {
    const inner = box.children!.find(holds);
    if (inner === undefined) break;
    box = inner;
  }
  return box;
}

function placesOf(paths: readonly string[]): Place {
  const root: Place = { name: "", path: "", children: [], files: paths.length };
  const folders = new Map<string, Place>([["", root]]);
  const folder = (path: string): Place => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const slash = path.lastIndexOf("/");
    const made: Place = { name: path.slice(slash + 1), path, children: [], files: 0 };
    folder(slash < 0 ? "" : path.slice(0, slash)).children!.push(made);
    folders.set(path, made);
    return made;
  };
  for (const [file, path] of paths.entries()) {
    const slash = path.lastIndexOf("/");
    const home = folder(slash < 0 ? "" : path.slice(0, slash));
    home.children!.push({ name: path.slice(slash + 1), path, file, files: 1 });
    if (home !== root) home.files++;
  }
  // A folder was made before what is in it.
  for (const [path, one] of [...folders].toReversed()) {
    const slash = path.lastIndexOf("/");
    const above = path === "" ? root : folders.get(slash < 0 ? "" : path.slice(0, slash))!;
    if (above !== root) above.files += one.files;
  }
  return root;
}
