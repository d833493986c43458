import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "@playwright/test";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyze } from "../../src/analysis/index.ts";
import { htmlReport } from "../../src/faces/report/html-report.ts";
import { markdownReport } from "../../src/faces/report/markdown-report.ts";
import { EventStream, systemClock } from "../../src/kernel/index.ts";
import { hasProgram } from "../helpers/has-program.ts";
import { runCaelum } from "../helpers/run-caelum.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const program = ["chromium", "chromium-browser", "google-chrome"].find(hasProgram);
if (program === undefined)
  console.warn("no chromium on this machine: the HTML report is not looked at (apt-get install chromium)");

const tangled = `export function tangled(a, b) {
  for (const one of a) {
    if (one.ok && b.length > 0) {
      while (b.length > 3) { b.pop(); if (one.last) return b; }
    } else if (one.name === "<img src=x onerror=alert(1)>") { return eval(one.name); }
  }
  const rest = a.filter((one) => one.ok).map((one) => ({ ...one, name: one.name.trim() }));
  return rest.length > b.length ? rest : b;
}
`;
const project = {
  "src/a.js": `import "./b.js";\n${tangled}`,
  "src/b.js": `import "./a.js";\nimport "../lib-own/c.js";\n${tangled}`,
  "lib-own/c.js": "export const c = 1;\n",
  "src/<b>bold</b>.js": "export const d = 2;\n",
};

async function reportOf(files: Readonly<Record<string, string>>): Promise<string> {
  return reportIn(temporaryFolder(files));
}

async function reportIn(cwd: string, ...args: string[]): Promise<string> {
  const file = path.join(cwd, "report.html");
  const { exitCode, stderr } = await runCaelum(
    ["analyze", "--no-cache", "--quiet", "--report", `html:${file}`, ...args],
    { cwd },
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return file;
}

/** A package with layers, a cycle, code that nothing needs, a finding that is ignored, and a change since its first commit. */
async function changedPackage(): Promise<string> {
  const cwd = temporaryFolder({
    "package.json": '{"name":"shop","main":"src/shop.js"}',
    "caelum.config.json": JSON.stringify({
      analyze: {
        layers: [
          { name: "core", files: ["src/core/**"], mayImport: [] },
          { name: "ui", files: ["src/ui/**"] },
        ],
      },
    }),
    "src/shop.js": 'import "./ui/page.js";\nimport { total } from "./core/total.js";\ntotal();\n',
    "src/ui/page.js": 'import "../core/total.js";\n',
    "src/core/total.js":
      'import "../ui/page.js";\nexport const total = () => 1;\nexport const forgotten = 2;\n',
    "src/old-cart.js": "export const old = 1;\n",
    "src/ignored.js": "eval(location.hash); // caelum-ignore: javascript.eval it is a sandbox\n",
  });
  const git = (...args: string[]) =>
    execa("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", ...args], { cwd });
  await git("init", "-q");
  await git("add", ".");
  await git("commit", "-qm", "first");
  writeFileSync(
    path.join(cwd, "src/ui/page.js"),
    'import { total } from "../core/total.js";\nexport const shown = total();\n',
  );
  return cwd;
}

test("the HTML report is one file that loads nothing and lets nothing but its own script run", async () => {
  const html = readFileSync(await reportOf(project), "utf8");
  expect(html).toMatch(/default-src 'none'; script-src 'sha256-[^']+'/);
  expect(html).not.toMatch(/<(?:link|img|iframe)|@import|url\((?!#)|http:\/\/(?!www\.w3\.org)|https:/);
  expect(html).not.toContain("onerror");
});

describe.skipIf(program === undefined)("in a browser, the HTML report", () => {
  let browser: Browser;
  beforeAll(async () => {
    const args = ["--no-sandbox"];
    const folder = process.env["PATH"]!.split(path.delimiter).find((one) => hasIn(one, program!))!;
    browser = await chromium.launch({ executablePath: path.join(folder, program!), args });
  });
  afterAll(() => browser.close());

  async function open(
    file: string,
    place = "",
    size = { width: 1200, height: 800 },
  ): Promise<{ page: Page; errors: string[] }> {
    const page = await browser.newPage({ viewport: size });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("request", (request) => /^(?:file|data|blob):/.test(request.url()) || errors.push(request.url()));
    await page.goto(`${pathToFileURL(file).href}${place}`);
    await page.waitForSelector("main h1");
    return { page, errors };
  }

  test("shows every section by click and by key, without an error and without a request", async () => {
    const { page, errors } = await open(await reportOf(project));
    const titles = (await page.locator(".tabs a").allInnerTexts()).map((title) =>
      title.replace(/[\d,]+$/, ""),
    );
    expect(titles).toEqual([
      "Overview",
      "Map",
      "Hotspots",
      "Findings",
      "Dependencies",
      "Copies",
      "Functions",
      "Files",
      "Unused",
      "Trust",
    ]);
    for (const [at, title] of titles.entries()) {
      await page.keyboard.press(String((at + 1) % 10));
      await page.locator("main > h1", { hasText: title }).waitFor();
      expect(await page.locator(".tabs a[aria-current]").innerText()).toContain(title);
    }
    expect(errors).toEqual([]);
  });

  test("goes from the worst function to its file, to who imports it, and back; every place has an address", async () => {
    const file = await reportOf(project);
    const { page, errors } = await open(file, "#functions");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.locator("main > h1", { hasText: /^src\// }).waitFor();
    const body = await page.locator("main").innerText();
    expect(body).toMatch(/import cycle of 2 files/);
    expect(body).toMatch(/Copied code/);
    expect(page.url()).toMatch(/#file\/src\/[ab]\.js$/);
    const again = await open(file, new URL(page.url()).hash);
    expect(await again.page.locator("main").innerText()).toBe(body);
    await page.keyboard.press("u");
    await page.locator("main > h1", { hasText: "Functions" }).waitFor();
    expect(errors).toEqual([]);
  });

  test("says which imports go against the layers, where to cut a cycle, what changed and who may notice", async () => {
    const { page, errors } = await open(
      await reportIn(await changedPackage(), "--since", "HEAD"),
      "#changes",
    );
    const main = page.locator("main");
    expect(await main.innerText()).toMatch(
      /1 file changed since HEAD \([0-9a-f]{10}\); 2 other files may notice/,
    );
    expect(await main.innerText()).toMatch(/src\/ui\/page\.js\s+changed[\s\S]*src\/core\/total\.js\s+1/);
    await page.evaluate('location.hash = "dependencies"');
    await page.locator("main > h1", { hasText: "Dependencies" }).waitFor();
    expect(await main.innerText()).toMatch(/Layers of the project: core, ui\./);
    expect(await main.innerText()).toMatch(
      /layer "core" may not import "ui": src\/ui\/page\.js\s+src\/core\/total\.js:1/,
    );
    expect(await main.innerText()).toMatch(
      /Cut first: src\/core\/total\.js → src\/ui\/page\.js, and nothing is left of it/,
    );
    expect(errors).toEqual([]);
  });

  test("shows what nothing needs, and counts what was suppressed", async () => {
    const cwd = await changedPackage();
    const { page, errors } = await open(await reportIn(cwd), "#unused");
    const main = page.locator("main");
    expect(await main.innerText()).toMatch(
      /src\/old-cart\.js[\s\S]*forgotten\s+value\s+src\/core\/total\.js:3\s+nothing/,
    );
    await page.getByRole("link", { name: "src/core/total.js:3" }).click();
    await page.locator("main > h1", { hasText: "src/core/total.js" }).waitFor();
    expect(await main.innerText()).toMatch(/3: forgotten \(value\), used by nothing/);
    await page.evaluate('location.hash = "findings"');
    await page.locator("main > h1", { hasText: "Findings" }).waitFor();
    expect(await main.innerText()).toMatch(/1 more finding suppressed: 1 by comments, 0 by the baseline/);
    expect(errors).toEqual([]);
  });

  test("says what is not in it: rules not in use, history that is missing, copies not compared", async () => {
    const cwd = temporaryFolder({
      "src/a.js": tangled,
      "vendor/.env": `KEY=${["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_")}\n`,
      "rules.yaml":
        "rules:\n  - {id: joins, mode: join, message: m, severity: ERROR, languages: [python], join: {}}\n",
    });
    const analysis = await analyze(
      cwd,
      {
        cache: false,
        only: [],
        maxFileSize: 1_000_000,
        limits: {},
        clones: true,
        secrets: true,
        secretsInHistory: true,
        ruleChoice: { files: ["rules.yaml"], cwd, defaults: false },
      },
      {
        events: new EventStream("test", systemClock),
        signal: new AbortController().signal,
        clock: systemClock,
      },
    );
    // Too many alike places for a test to make.
    Object.assign(analysis.clones!, { notCompared: 1234 });
    const markdown = markdownReport(analysis);
    expect(markdown).toContain("1,234 more places looked alike and were not compared");
    expect(markdown).toMatch(/`joins` \| `rules\.yaml:2` \| left out \| .*join/);
    expect(markdown).toContain("the history was not searched for secrets: this is no git repository");
    const file = path.join(cwd, "report.html");
    writeFileSync(file, await htmlReport(analysis));
    const { page, errors } = await open(file, "#copies");
    const main = page.locator("main");
    expect(await main.innerText()).toContain("1,234 more places looked alike and were not compared.");
    await page.evaluate('location.hash = "trust"');
    await page.locator("main > h1", { hasText: "Trust" }).waitFor();
    expect(await main.innerText()).toMatch(/joins\s+rules\.yaml:2\s+left out\s+.*join/);
    expect(await main.innerText()).toContain("the history was not searched for secrets");
    await page.evaluate('location.hash = "findings"');
    await page.locator("main > h1", { hasText: "Findings" }).waitFor();
    expect(await main.innerText()).toContain("vendor/.env:1");
    expect(errors).toEqual([]);
  });

  test("a table makes the rows that are looked at, wherever that is, and keeps the order of keys", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 1200 }, (_, at) => [`src/f${String(at).padStart(4, "0")}.js`, "1;\n"]),
    );
    const { page, errors } = await open(await reportOf(files), "#files");
    const rows = page.locator("tbody tr.opens");
    expect(await rows.count()).toBeLessThan(400);
    const height = await page.evaluate<number>("document.body.scrollHeight");
    expect(height).toBeGreaterThan(1200 * 25);
    for (const [share, name] of [
      [1, "f1199.js"],
      [0, "f0000.js"],
      [0.5, "f0600.js"],
      [1, "f1199.js"],
    ] as const) {
      await page.evaluate(`scrollTo(0, document.body.scrollHeight * ${share})`);
      await rows.filter({ hasText: name }).waitFor();
      expect(await rows.count()).toBeLessThan(400);
    }
    // Rows that were never looked at are as high as is guessed: the page may become a little shorter or longer.
    expect((await page.evaluate<number>("document.body.scrollHeight")) / height).toBeCloseTo(1, 1);
    await page.evaluate("scrollTo(0, 0)");
    await rows.filter({ hasText: "f0000.js" }).waitFor();
    for (let at = 0; at < 130; at++) await page.keyboard.press("j");
    expect(await page.locator("tr:focus").innerText()).toContain("f0129.js");
    await page.getByLabel("filter files").fill("f11");
    expect(await page.getByRole("status").innerText()).toBe("100 of 1,200");
    expect(errors).toEqual([]);
  });

  test("shows two copies beside each other", async () => {
    const { page } = await open(await reportOf(project), "#copies");
    await page.locator("tbody tr").first().click();
    await page.waitForSelector(".beside");
    const [left, right] = await page.locator(".beside section").all();
    const [a, b] = [await left!.boundingBox(), await right!.boundingBox()];
    expect(a!.y).toBe(b!.y);
    expect(await left!.innerText()).toContain("function tangled");
  });

  test("text from the repository stays text", async () => {
    const { page, errors } = await open(
      await reportOf(project),
      `#file/${encodeURIComponent("src")}/${encodeURIComponent("<b>bold<")}/b%3E.js`,
    );
    expect(await page.locator("main h1").innerText()).toBe("src/<b>bold</b>.js");
    expect(await page.locator("main b.bold, main h1 b").count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test("search finds files and functions, a filter narrows a table, a title sorts it", async () => {
    const { page } = await open(await reportOf(project), "#files");
    await page.keyboard.press("/");
    await page.keyboard.type("tangl");
    await page.waitForSelector(".results a");
    expect(await page.locator(".results").innerText()).toMatch(/function tangled\s+src\/a\.js/);
    await page.keyboard.press("Escape");
    await page.getByLabel("filter files").fill("lib-own");
    expect(await page.locator("tbody tr").allInnerTexts()).toEqual([expect.stringContaining("lib-own/c.js")]);
    await page.getByLabel("filter files").fill("");
    await page.getByRole("button", { name: "code", exact: true }).click();
    expect((await page.locator("tbody tr").allInnerTexts())[0]).toMatch(/src\/b\.js/);
  });

  test("fits a telephone and paper, and is dark where the system is", async () => {
    const file = await reportOf(project);
    const { page } = await open(file, "#overview", { width: 360, height: 700 });
    for (const place of ["overview", "hotspots", "functions", "files", "trust", "map", "dependencies"]) {
      await page.evaluate(`location.hash = "${place}"`);
      await page.waitForTimeout(50);
      expect(await page.evaluate("document.documentElement.scrollWidth"), place).toBeLessThanOrEqual(360);
    }
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(20, 23, 27)");
    expect((await page.pdf()).byteLength).toBeGreaterThan(10_000);
  });

  test("a map of the project says what is under the pointer, and a click goes there", async () => {
    const { page } = await open(await reportOf(project), "#map");
    const canvas = page.locator("canvas");
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2);
    await page.waitForSelector(".tip:not([hidden])");
    expect(await page.locator(".tip").innerText()).toMatch(/src\/[ab]\.js[\s\S]*lines of code/);
    await page.mouse.click(box.x + box.width / 3, box.y + box.height / 2);
    await page.locator(".trail", { hasText: "src" }).waitFor();
  });
});

function hasIn(folder: string, name: string): boolean {
  try {
    return readFileSync(path.join(folder, name)).length > 0;
  } catch {
    return false;
  }
}
