import { count, h } from "./dom.ts";
import type { Model } from "./model.ts";
import { type Box, boxAt, hasTitle, isOpen, layOut, weighed } from "./treemap-layout.ts";

const measures = {
  complexity: { title: "cognitive complexity per 100 lines", full: 60 },
  changes: { title: "commits", full: 0 },
  copied: { title: "share of lines that are copied", full: 60 },
  trust: { title: "share of bytes the parser did not understand", full: 10 },
} as const;
type Measure = keyof typeof measures;

/** Colours from cold to hot: as many as an eye can tell. */
const SHADES = 48;

/** Size is lines of code, colour is what was chosen. Click goes into a folder or to a file, the path above leads back. */
export function treemap(model: Model, openFile: (file: number) => void): HTMLElement {
  const { files } = model.data;
  const root = weighed(files.path, (file) => Math.max(1, files.code[file]!));
  const commits = new Map(model.data.hotspots.map(({ file, commits: times }) => [file, times]));
  const mostCommits = Math.max(1, ...commits.values());
  let measure: Measure = "complexity";
  let at = root;
  let boxes: Box[] = [];
  let laidOut = "";
  const canvas = h("canvas", { tabindex: 0, role: "img" });
  const tip = h("div", { class: "tip", hidden: true });
  const trail = h("nav", { class: "trail", "aria-label": "folder" });
  const legend = h("p", { class: "quiet" });
  const select = h(
    "select",
    {
      "aria-label": "colour",
      change: (event) => {
        measure = (event.target as HTMLSelectElement).value as Measure;
        draw();
      },
    },
    (Object.keys(measures) as Measure[])
      .filter((name) => name !== "changes" || commits.size > 0)
      .map((name) => h("option", { value: name }, name)),
  );

  function heat(file: number): number {
    const code = Math.max(1, files.code[file]!);
    if (measure === "complexity") return (files.cognitive[file]! * 100) / code / measures.complexity.full;
    if (measure === "changes") return (commits.get(file) ?? 0) / mostCommits;
    if (measure === "copied") return (files.duplicated[file]! * 100) / code / measures.copied.full;
    return files.confidence[file]! < 0 ? 0 : (10_000 - files.confidence[file]!) / 100 / measures.trust.full;
  }

  /** Of a folder that is drawn as one box: that of its files, by their size. */
  function heatOf(box: Box): number {
    const { file } = box.data;
    if (file !== undefined) return Math.min(1, heat(file));
    let sum = 0;
    for (const inner of box.children ?? []) sum += heatOf(inner) * (inner.value ?? 0);
    return sum / Math.max(1, box.value ?? 0);
  }

  function draw(): void {
    const width = canvas.clientWidth || 800;
    const height = canvas.clientHeight || 500;
    const scale = window.devicePixelRatio || 1;
    const wanted = `${at.data.path}\n${width} ${height} ${scale}`;
    if (wanted !== laidOut) {
      boxes = layOut(at, width, height);
      canvas.width = width * scale;
      canvas.height = height * scale;
      laidOut = wanted;
    }
    paint(canvas.getContext("2d")!, scale);
    trail.replaceChildren(...trailOf(at));
    const { files: inside, path } = at.data;
    legend.textContent = `size: lines of code; colour: ${measures[measure].title}; ${count(inside)} files`;
    canvas.setAttribute("aria-label", `treemap of ${path || model.data.project}: ${count(inside)} files`);
  }

  function paint(context: CanvasRenderingContext2D, scale: number): void {
    const style = getComputedStyle(document.documentElement);
    const [back, panel, quiet, text] = ["--back", "--panel", "--quiet", "--text"].map((name) =>
      style.getPropertyValue(name),
    ) as [string, string, string, string];
    const shades = shadesOf(style);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "middle";
    for (const box of boxes) {
      const { x0, y0 } = box;
      const width = box.x1 - x0;
      const height = box.y1 - y0;
      if (width < 0.7 || height < 0.7) continue;
      if (isOpen(box, at)) {
        context.fillStyle = (box.depth - at.depth) % 2 === 0 ? back : panel;
        context.fillRect(x0, y0, width, height);
        if (hasTitle(box, at)) {
          context.fillStyle = quiet;
          context.fillText(cut(context, box.data.name, width - 8), x0 + 4, y0 + 8);
        }
        continue;
      }
      const share = heatOf(box);
      context.fillStyle = shades[Math.round(share * (SHADES - 1))]!;
      context.fillRect(x0 + 0.5, y0 + 0.5, Math.max(0.7, width - 1), Math.max(0.7, height - 1));
      if (width > 46 && height > 14) {
        context.fillStyle = share > 0.55 ? "#fff" : text;
        context.fillText(cut(context, box.data.name, width - 8), x0 + 4, y0 + height / 2);
      }
    }
  }

  function trailOf(place: Box): Node[] {
    return place
      .ancestors()
      .toReversed()
      .map((step) =>
        h("button", { click: () => go(step) }, step === root ? model.data.project : step.data.name),
      );
  }

  function go(place: Box): void {
    at = place;
    tip.hidden = true;
    draw();
  }

  function showTip(event: MouseEvent): void {
    const box = boxAt(at, event.offsetX, event.offsetY);
    tip.hidden = box === undefined || box === at;
    if (box === undefined || box === at) return;
    tip.replaceChildren(h("strong", {}, box.data.path), ...aboutOf(box).map((line) => h("span", {}, line)));
    tip.style.left = `${Math.max(0, Math.min(event.offsetX + 14, canvas.clientWidth - 260))}px`;
    tip.style.top = `${event.offsetY + 14}px`;
  }

  function aboutOf({ data: { file, files: inside }, value = 0 }: Box): string[] {
    const lines = [`${count(value)} lines of code`];
    if (file === undefined) return [...lines, `${count(inside)} files`];
    lines.push(`cognitive ${count(files.cognitive[file]!)}, imported by ${count(files.fanIn[file]!)}`);
    const times = commits.get(file);
    if (times !== undefined) lines.push(`changed ${count(times)}×`);
    return lines;
  }

  canvas.addEventListener("mousemove", showTip);
  canvas.addEventListener("mouseleave", () => (tip.hidden = true));
  canvas.addEventListener("click", (event) => {
    const box = boxAt(at, event.offsetX, event.offsetY);
    // The folder under the pointer next to where we are; a file that stands here itself is opened.
    const step = box?.ancestors().find(({ parent }) => parent === at);
    if (step === undefined) return;
    if (step.data.file !== undefined) openFile(step.data.file);
    else go(step);
  });
  canvas.addEventListener("keydown", (event) => {
    if ((event.key !== "Backspace" && event.key !== "ArrowUp") || at.parent === null) return;
    event.preventDefault();
    go(at.parent);
  });
  new ResizeObserver(() => canvas.clientWidth > 0 && draw()).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return h(
    "div",
    { class: "map" },
    h("div", { class: "tools" }, select, trail),
    h("div", { class: "canvas" }, canvas, tip),
    legend,
  );
}

function shadesOf(style: CSSStyleDeclaration): string[] {
  const [cold, hot] = ["--cold", "--hot"].map((name) =>
    style.getPropertyValue(name).trim().split(/\s+/).map(Number),
  ) as [number[], number[]];
  return Array.from({ length: SHADES }, (_, at) => {
    const share = at / (SHADES - 1);
    return `rgb(${cold.map((value, i) => Math.round(value + (hot[i]! - value) * share)).join(" ")})`;
  });
}

/** As much of a text as has room, from its start. */
function cut(context: CanvasRenderingContext2D, text: string, room: number): string {
  const { width } = context.measureText(text);
  if (width <= room) return text;
  let kept = Math.max(1, Math.ceil((text.length * room) / width));
  while (kept > 1 && context.measureText(`${text.slice(0, kept)}…`).width > room) kept--;
  return `${text.slice(0, kept)}…`;
}
