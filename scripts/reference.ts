import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { commandsPage } from "./reference/commands-page.ts";
import { configurationPage, configurationSchema } from "./reference/configuration-page.ts";
import { eventsPage, eventsSchema } from "./reference/events-page.ts";
import { exitCodesPage } from "./reference/exit-codes-page.ts";
import { analysisReportSchema } from "./reference/report-schema.ts";

/**
 * Writes `docs/reference/` from the code. With `--check` it writes nothing and fails, naming each file that differs
 * from what the code says. A folder can be given in place of `docs/reference`.
 */
const args = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, "..");
const folder = args.find((arg) => !arg.startsWith("-")) ?? path.join(root, "docs/reference");

const pages: Readonly<Record<string, string>> = {
  "analysis-report.schema.json": analysisReportSchema(),
  "commands.md": commandsPage(),
  "configuration.md": configurationPage(),
  "configuration.schema.json": configurationSchema(),
  "events.md": eventsPage(),
  "events.schema.json": eventsSchema(),
  "exit-codes.md": exitCodesPage(),
};

async function drift(): Promise<string[]> {
  const present = await readdir(folder).catch((): string[] => []);
  const changed: string[] = [];
  for (const [name, content] of Object.entries(pages)) {
    const written = await readFile(path.join(folder, name), "utf8").catch(() => undefined);
    if (written !== content)
      changed.push(`${name} ${written === undefined ? "is missing" : "differs from the code"}`);
  }
  const stray = present
    .filter((name) => !Object.hasOwn(pages, name))
    .map((name) => `${name} is not generated any more`);
  return [...changed, ...stray];
}

if (args.includes("--check")) {
  const problems = await drift();
  for (const problem of problems) console.error(`docs/reference/${problem}`);
  if (problems.length > 0) {
    console.error("try: npm run docs");
    process.exitCode = 1;
  }
} else {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(pages)) await writeFile(path.join(folder, name), content);
}
