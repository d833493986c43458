import { statSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { type Browser, chromium, type Page } from "@playwright/test";
import { requireCorpus } from "../scripts/corpus-fetch.ts";
import { caelum, withTemporary } from "./lib/caelum.ts";
import { browserProgram, type Watched, watchTasks } from "./lib/page-tasks.ts";
import { type Figures, printFigures } from "./lib/print.ts";
import { median } from "./lib/statistics.ts";

/**
 * The HTML report of a large tree in headless Chromium: how long it takes to open, and for how long the page is busy in one go
 * (a long task keeps everything else waiting) while a person filters, sorts, searches, scrolls and goes about the map.
 *
 *     node bench/report.ts [--tree FOLDER | --page report.html] [--rounds 3] [--json]
 *
 * Without either: the drivers of Linux, some 30,000 files.
 */
const { values } = parseArgs({
  options: {
    tree: { type: "string" },
    page: { type: "string" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean" },
  },
});

interface Action {
  name: string;
  place: string;
  do: (page: Page) => Promise<void>;
}

const load: Action = { name: "load", place: "overview", do: () => Promise.resolve() };
const actions: Action[] = [
  ...["hotspots", "findings", "dependencies", "copies", "functions", "files", "unused", "trust", "map"].map(
    (place) => ({
      name: `open ${place}`,
      place: "overview",
      do: (page: Page) => page.locator(`.tabs a[data-id="${place}"]`).click({ timeout: 2000 }),
    }),
  ),
  {
    name: "filter, letter by letter",
    place: "files",
    do: async (page) => {
      await page.getByLabel("filter files").pressSequentially("usb core", { delay: 60 });
      for (let at = 0; at < 8; at++) await page.keyboard.press("Backspace", { delay: 30 });
    },
  },
  {
    name: "choose a language",
    place: "files",
    do: (page) =>
      page
        .getByLabel("language")
        .selectOption({ index: 1 })
        .then(() => undefined),
  },
  {
    name: "sort by each column",
    place: "files",
    do: async (page) => {
      for (const head of await page.locator("th button").all()) await head.click();
    },
  },
  {
    name: "search, letter by letter",
    place: "overview",
    do: (page) => page.getByLabel("search", { exact: true }).pressSequentially("usb probe", { delay: 60 }),
  },
  {
    name: "scroll a table",
    place: "files",
    do: async (page) => {
      await page.mouse.move(600, 500);
      for (let at = 0; at < 80; at++) {
        await page.mouse.wheel(0, 300);
        await page.waitForTimeout(16);
      }
    },
  },
  {
    name: "zoom into the map and back",
    place: "map",
    do: async (page) => {
      const box = (await page.locator("canvas").boundingBox())!;
      for (let at = 0; at < 3; at++) {
        await page.mouse.click(box.x + box.width / 4, box.y + box.height / 4);
        await page.waitForTimeout(60);
      }
      // A click on a file has left the map.
      if ((await page.locator(".trail button").count()) > 0)
        await page.locator(".trail button").first().click();
    },
  },
  {
    name: "move over the map",
    place: "map",
    do: async (page) => {
      const box = (await page.locator("canvas").boundingBox())!;
      for (let at = 0; at < 60; at++)
        await page.mouse.move(box.x + 20 + at * 15, box.y + 20 + ((at * 37) % 400), { steps: 2 });
    },
  },
  {
    name: "colour the map",
    place: "map",
    do: async (page) => {
      const select = page.getByLabel("colour");
      const options = await select.locator("option").count();
      for (let at = 0; at < options; at++) await select.selectOption({ index: at });
    },
  },
  {
    name: "open a file",
    place: "files",
    do: (page) => page.locator("tbody tr").nth(5).click(),
  },
];

async function measure(browser: Browser, file: string, action: Action): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    const open = async (place: string): Promise<void> => {
      await page.goto(`${pathToFileURL(file).href}#${place}`);
      await page.waitForSelector("main h1");
    };
    if (action.name === "load") return await watchTasks(page, () => open(action.place));
    await open(action.place);
    await page.waitForTimeout(300);
    return await watchTasks(page, () => action.do(page));
  } finally {
    await page.close();
  }
}

async function figuresOf(file: string): Promise<Figures> {
  const browser = await chromium.launch({ executablePath: browserProgram(), args: ["--no-sandbox"] });
  try {
    const rows: Figures[] = [];
    const { size } = statSync(file);
    for (const action of [load, ...actions]) {
      const rounds: Watched[] = [];
      for (let round = 0; round < Number(values.rounds); round++)
        rounds.push(await measure(browser, file, action));
      rows.push({
        name: action.name.padEnd(28),
        "longest task, CPU ms": median(rounds.map(({ longest }) => longest)),
        "by the clock": median(rounds.map(({ longestWall }) => longestWall)),
        "tasks above 100 CPU ms": Math.max(...rounds.map(({ long }) => long)),
        "frames, p95 ms": median(rounds.map(({ frame }) => frame)),
      });
    }
    return { files: await filesOf(browser, file), "size, MB": size / 1e6, actions: rows };
  } finally {
    await browser.close();
  }
}

async function filesOf(browser: Browser, file: string): Promise<number> {
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  const text = await page.locator('.tabs a[data-id="files"] small').innerText();
  await page.close();
  return Number(text.replaceAll(",", ""));
}

if (values.page !== undefined) printFigures("HTML report", await figuresOf(values.page));
else {
  const tree = values.tree ?? path.join(await requireCorpus("linux"), "linux", "drivers");
  await withTemporary(async (folder) => {
    const file = path.join(folder, "report.html");
    await caelum(["analyze", tree, "--quiet", "--report", `html:${file}`], {
      cache: path.join(folder, "cache"),
    });
    printFigures("HTML report", await figuresOf(file));
  });
}
