import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";
import { count, h, plural, s } from "./dom.ts";
import type { Model } from "./model.ts";

/** Folders drawn at a time: more is a hairball. */
const MOST = 30;

interface Node_ {
  folder: string;
  files: number;
  inCycle: boolean;
  x?: number;
  y?: number;
}

interface Link {
  source: Node_;
  target: Node_;
  imports: number;
}

/** Which folders import which: the deepest level at which there are not too many. Two arrows both ways are drawn red. */
export function folderGraph(model: Model, openFolder: (folder: string) => void): HTMLElement {
  const { nodes, links } = foldersOf(model);
  if (links.length === 0) return h("p", { class: "quiet" }, "No folder imports another one.");
  const width = 900;
  const height = 560;
  const simulation = forceSimulation(nodes)
    .force("link", forceLink<Node_, Link>(links).distance(130).strength(0.12))
    .force("charge", forceManyBody().strength(-900))
    .force(
      "collide",
      forceCollide<Node_>((node) => radius(node) + 14),
    )
    .force("x", forceX(width / 2).strength(0.07))
    .force("y", forceY(height / 2).strength(0.1))
    .stop();
  for (let tick = 0; tick < 300; tick++) simulation.tick();
  const xs = nodes.map(({ x = 0 }) => x);
  const ys = nodes.map(({ y = 0 }) => y);
  const left = Math.min(...xs, width / 2 - 250) - 70;
  const top = Math.min(...ys, height / 2 - 120) - 40;
  const box = [
    left,
    top,
    Math.max(...xs, width / 2 + 250) - left + 70,
    Math.max(...ys, height / 2 + 120) - top + 50,
  ];
  const both = new Set(links.map(({ source, target }) => `${source.folder}\n${target.folder}`));
  const picture = s("svg", {
    viewBox: box.join(" "),
    role: "img",
    "aria-label": "folders and what they import",
  });
  const lines = links.map((link) => {
    const isMutual = both.has(`${link.target.folder}\n${link.source.folder}`);
    const { source, target } = link;
    const dx = target.x! - source.x!;
    const dy = target.y! - source.y!;
    const length = Math.hypot(dx, dy) || 1;
    const end = radius(target) + 5;
    const line = s("path", {
      class: isMutual ? "edge mutual" : "edge",
      d: `M${source.x},${source.y} Q${(source.x! + target.x!) / 2 + dy * 0.08},${(source.y! + target.y!) / 2 - dx * 0.08} ${target.x! - (dx / length) * end},${target.y! - (dy / length) * end}`,
      "stroke-width": Math.min(6, 0.8 + Math.log2(link.imports)),
      "marker-end": isMutual ? "url(#mutual)" : "url(#arrow)",
    });
    line.append(
      s("title", {}, `${source.folder || "."} → ${target.folder || "."}: ${plural(link.imports, "import")}`),
    );
    return { link, line };
  });
  const dots = nodes.map((node) => {
    const light = (isOn: boolean): void => {
      picture.classList.toggle("lit", isOn);
      for (const { link, line } of lines)
        line.classList.toggle("on", isOn && (link.source === node || link.target === node));
    };
    return s(
      "g",
      {
        class: node.inCycle ? "node cyclic" : "node",
        transform: `translate(${node.x},${node.y})`,
        tabindex: 0,
        role: "link",
        mouseenter: () => light(true),
        mouseleave: () => light(false),
        focus: () => light(true),
        blur: () => light(false),
        click: () => openFolder(node.folder),
        keydown: (event) => (event as KeyboardEvent).key === "Enter" && openFolder(node.folder),
      },
      s("circle", { r: radius(node) }),
      s("text", { y: radius(node) + 11 }, node.folder.split("/").slice(-2).join("/") || "."),
      s("title", {}, `${node.folder || "."}: ${plural(node.files, "file")}`),
    );
  });
  picture.append(s("defs", {}, marker("arrow"), marker("mutual")), ...lines.map(({ line }) => line), ...dots);
  return h(
    "figure",
    { class: "graph" },
    picture,
    h(
      "figcaption",
      { class: "quiet" },
      `${count(nodes.length)} folders; the line's width is the number of imports; red: both ways, or files in a cycle`,
    ),
  );
}

function radius({ files }: Node_): number {
  return Math.min(26, 5 + Math.sqrt(files) * 1.1);
}

/** Folders opened one after the other, the one with most files first, as long as there are not too many. */
function foldersOf(model: Model): { nodes: Node_[]; links: Link[] } {
  const paths = model.data.files.path;
  const involved = new Set(model.data.edges);
  const nameOf = namesOf(paths, [...involved]);
  const nodes = new Map<string, Node_>();
  for (const file of involved) {
    const folder = nameOf(file);
    const node = nodes.get(folder) ?? { folder, files: 0, inCycle: false };
    node.files++;
    nodes.set(folder, node);
  }
  for (const { files } of model.data.cycles)
    if (new Set(files.map(nameOf)).size > 1)
      for (const file of files) nodes.get(nameOf(file))!.inCycle = true;
  const links = new Map<string, Link>();
  for (let at = 0; at < model.data.edges.length; at += 2) {
    const from = nameOf(model.data.edges[at]!);
    const to = nameOf(model.data.edges[at + 1]!);
    if (from === to) continue;
    const link = links.get(`${from}\n${to}`) ?? {
      source: nodes.get(from)!,
      target: nodes.get(to)!,
      imports: 0,
    };
    link.imports++;
    links.set(`${from}\n${to}`, link);
  }
  const weight = new Map<Node_, number>();
  for (const { source, target, imports } of links.values())
    for (const node of [source, target]) weight.set(node, (weight.get(node) ?? 0) + imports);
  const kept = new Set(
    [...weight]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST)
      .map(([node]) => node),
  );
  return {
    nodes: [...kept],
    links: [...links.values()].filter(({ source, target }) => kept.has(source) && kept.has(target)),
  };
}

/** What each file goes by. */
function namesOf(paths: readonly string[], involved: readonly number[]): (file: number) => string {
  /** Where a file's name ends in its path: at the slash behind a folder; 0: the project. */
  const ends = new Uint32Array(paths.length);
  const nameOf = (file: number): string => paths[file]!.slice(0, ends[file]);
  let groups = new Map<string, number[]>([["", [...involved]]]);
  const closed = new Set<string>();
  while (groups.size < MOST) {
    const open = [...groups].filter(([name, files]) => files.length > 1 && !closed.has(name));
    const largest = open.sort(([, a], [, b]) => b.length - a.length)[0];
    if (largest === undefined) break;
    const [name, files] = largest;
    const from = name === "" ? 0 : name.length + 1;
    const parts = Map.groupBy(files, (file) => {
      const slash = paths[file]!.indexOf("/", from);
      return slash < 0 ? name : paths[file]!.slice(0, slash);
    });
    if (groups.size - 1 + parts.size > MOST || (parts.size === 1 && parts.has(name))) {
      closed.add(name);
      continue;
    }
    for (const [part, inside] of parts) for (const file of inside) ends[file] = part.length;
    // Files that stand in the folder itself keep its name, and are not divided further.
    if (parts.has(name)) closed.add(name);
    groups = new Map([...[...groups].filter(([other]) => other !== name), ...parts]);
  }
  return nameOf;
}

function marker(id: string): SVGElement {
  return s(
    "marker",
    {
      id,
      class: id,
      viewBox: "0 0 8 8",
      refX: 6,
      refY: 4,
      markerWidth: 7,
      markerHeight: 7,
      orient: "auto",
      markerUnits: "userSpaceOnUse",
    },
    s("path", { d: "M0,0 L8,4 L0,8 z" }),
  );
}
