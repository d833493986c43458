import "./style.css";
import { h } from "./dom.ts";
import { readModel } from "./model.ts";
import { fileView } from "./file-view.ts";
import { addressOf } from "./links.ts";
import { sections } from "./sections.ts";
import { copyView } from "./sections/copies.ts";
import { files } from "./sections/files.ts";
import { findingView } from "./sections/findings.ts";

/** The page: sections by the address behind `#`, so that every place can be linked to; a search over everything. */
const model = await readModel();
const list = sections(model, go);
const main = h("main", { tabindex: -1 });
const results = h("ul", { class: "results", hidden: true });
const search = h("input", {
  type: "search",
  placeholder: "search files, functions, rules   /",
  "aria-label": "search",
  input: () => find(),
  keydown: (event) => {
    if ((event as KeyboardEvent).key === "Enter") results.querySelector("a")?.click();
  },
});
const tabs = list.map(({ id, title, number }, at) =>
  h(
    "a",
    { href: `#${id}`, "data-id": id, ...(at < 10 && { title: `key ${(at + 1) % 10}` }) },
    title,
    number !== undefined && number > 0 && h("small", {}, number),
  ),
);
const help = h(
  "dialog",
  { "aria-label": "keys", click: () => help.close() },
  h("h2", {}, "Keys"),
  h(
    "dl",
    {},
    [
      "1–9 0",
      "sections",
      "[ ]",
      "previous and next section",
      "/",
      "search",
      "j k",
      "next and previous row",
      "Enter",
      "open the row",
      "u",
      "back",
      "?",
      "this",
    ].map((text, at) => h(at % 2 === 0 ? "dt" : "dd", {}, text)),
  ),
);
document
  .getElementById("page")!
  .append(
    h(
      "header",
      {},
      h("h1", {}, h("a", { href: "#overview" }, model.data.project)),
      search,
      results,
      h("button", { title: "keys", "aria-label": "keys", click: () => help.showModal() }, "?"),
    ),
    h("nav", { class: "tabs", "aria-label": "sections" }, tabs),
    main,
    help,
  );
addEventListener("hashchange", show);
addEventListener("keydown", onKey);
addEventListener("beforeprint", () =>
  main.replaceChildren(
    ...list
      .filter(({ id }) => id !== "map")
      .flatMap(({ title, draw }) => [h("h1", {}, title), draw()].flat()),
  ),
);
addEventListener("afterprint", show);
show();

function go(place: string): void {
  location.hash = addressOf(place);
}

function show(): void {
  const [first = "overview", ...rest] = location.hash.slice(1).split("/").map(decoded);
  const name = rest.join("/");
  const section = list.find(({ id }) => id === first) ?? list[0]!;
  const openFile = (file: number): void => go(`file/${model.path(file)}`);
  const views: Record<string, { title: string; tab: string; draw: () => HTMLElement[] }> = {
    file: { title: name, tab: "files", draw: () => fileView(model, name) },
    folder: { title: `${name || "."}/`, tab: "files", draw: () => [files(model, openFile, name)] },
    finding: { title: "Finding", tab: "findings", draw: () => findingView(model, Number(name)) },
    copy: { title: "Copy", tab: "copies", draw: () => copyView(model, Number(name)) },
  };
  const view = Object.hasOwn(views, first) ? views[first] : undefined;
  const drawn = view === undefined ? section.draw() : view.draw();
  main.replaceChildren(h("h1", {}, view?.title ?? section.title), ...[drawn].flat());
  for (const tab of tabs) {
    const isHere = tab.dataset["id"] === (view?.tab ?? section.id);
    if (isHere) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  results.hidden = true;
  document.title = `${view?.title ?? section.title} · ${model.data.project}`;
  scrollTo(0, 0);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // somebody typed it
  }
}

function find(): void {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  results.hidden = words.length === 0;
  if (words.length === 0) return;
  const fits = (text: string): boolean => words.every((word) => text.includes(word));
  const found: [place: string, text: string, kind: string][] = [];
  for (const one of model.data.functions)
    if (found.length < 8 && fits(one.name.toLowerCase()))
      found.push([
        `file/${model.path(one.file)}`,
        `${one.name}  ${model.path(one.file)}:${one.line}`,
        "function",
      ]);
  for (const [number, one] of model.data.findings.entries())
    if (found.length < 16 && fits(`${one.ruleId} ${one.message}`.toLowerCase()))
      found.push([`finding/${number}`, one.message, "finding"]);
  for (const [file, path] of model.lowerPaths.entries()) {
    if (found.length >= 40) break;
    if (fits(path)) found.push([`file/${model.path(file)}`, model.path(file), "file"]);
  }
  results.replaceChildren(
    ...found.map(([place, text, kind]) =>
      h("li", {}, h("a", { href: addressOf(place) }, h("small", {}, kind), " ", text)),
    ),
    ...(found.length === 0 ? [h("li", { class: "quiet" }, "nothing")] : []),
  );
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key === "Escape") {
    search.value = "";
    results.hidden = true;
    (document.activeElement as HTMLElement | null)?.blur();
    return;
  }
  if (isTyping) return;
  const section = /^\d$/.test(event.key) ? list[(Number(event.key) + 9) % 10] : undefined;
  if (section !== undefined) go(section.id);
  else if (event.key === "[" || event.key === "]") turn(event.key === "]" ? 1 : -1);
  else if (event.key === "/") search.focus();
  else if (event.key === "?") help.showModal();
  else if (event.key === "u") history.back();
  else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else return;
  event.preventDefault();
}

function turn(by: number): void {
  const at = tabs.findIndex((tab) => tab.hasAttribute("aria-current"));
  go(list[(at + by + list.length) % list.length]!.id);
}

function step(by: number): void {
  const rows = [...main.querySelectorAll<HTMLElement>("tr[tabindex], summary, .paths a, .bars a")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  // From nowhere: the first that can be seen; a table holds rows above the screen, too.
  const seen = rows.findIndex((row) => row.getBoundingClientRect().top > 60);
  const next = rows[at < 0 ? Math.max(0, seen) : Math.max(0, Math.min(rows.length - 1, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
