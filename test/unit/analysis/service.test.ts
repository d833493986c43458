import { rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { CodeService } from "#analysis/service";
import { eventually } from "../../helpers/processes.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const { signal } = new AbortController();

function serviceOn(files: Record<string, string>): { service: CodeService; root: string } {
  const root = temporaryFolder(files);
  const service = new CodeService({ roots: [root], cache: false, maxFileSize: 2e6 });
  onTestFinished(() => service.close());
  return { service, root };
}

const names = async (service: CodeService, root: string): Promise<string[]> => {
  const { analysis } = await service.snapshot(root, signal);
  return analysis.files.map(({ path }) => path);
};

it("a watcher does the work before the question, and the answer is right without it, too", async () => {
  const { service, root } = serviceOn({ "a.py": "a = 1\n", "src/b.py": "b = 1\n" });
  const { version } = await service.snapshot(root, signal);
  const { snapshotMisses } = service.stats;
  writeFileSync(path.join(root, "src/c.py"), "c = 1\n");
  await eventually("the change was seen", () => service.stats.snapshotMisses > snapshotMisses);
  expect(await names(service, root)).toEqual(["a.py", "src/b.py", "src/c.py"]);
  expect((await service.snapshot(root, signal)).version).toBeGreaterThan(version);
});

it("a change that keeps size and time stamp is seen at once", async () => {
  const { service, root } = serviceOn({ "a.py": "def one():\n    pass\n" });
  const file = path.join(root, "a.py");
  const long = new Date(Date.now() - 60_000);
  utimesSync(file, long, long);
  const find = async (text: string): Promise<number> => {
    const index = await (await service.snapshot(root, signal)).symbols();
    return index.find({ text, limit: 5 }).total;
  };
  expect(await find("one")).toBe(1);
  writeFileSync(file, "def two():\n    pass\n");
  utimesSync(file, long, long);
  expect(await find("two")).toBe(1);
  expect(await find("one")).toBe(0);
  rmSync(file);
  expect(await find("two")).toBe(0);
});

it("callers of one moment share one look; one that gives up takes nobody with it", async () => {
  const { service, root } = serviceOn({ "a.py": "a = 1\n" });
  const quitter = new AbortController();
  const given = service.snapshot(root, quitter.signal);
  const others = Array.from({ length: 50 }, () => service.snapshot(root, signal));
  quitter.abort();
  await expect(given).rejects.toMatchObject({ code: "CAELUM_CANCELLED" });
  const snapshots = await Promise.all(others);
  expect(new Set(snapshots).size).toBe(1);
  expect(service.stats.snapshotMisses).toBe(1);
});

it("says where a name stands in code, and as what", async () => {
  const { service } = serviceOn({
    "a.py": '# rate\nfrom tax import rate\n\n\ndef price(n):\n    rate = "rate"\n    return n * rate(n)\n',
    "b.ts": "export class Rate { rate(x: number) { return this.rate(x) } }\n",
    "c.c": "int rate(int n) {\n  return n > 0 ? rate(n - 1) : 0;\n}\n",
  });
  const found = await service.uses("rate", service.place("."), signal);
  const kinds = found.map(({ path: file, uses }) => [
    file,
    ...uses.map(({ line, kind }) => `${line} ${kind}`),
  ]);
  expect(kinds).toEqual([
    ["a.py", "2 import", "6 write", "7 call"],
    ["b.ts", "1 definition", "1 call"],
    ["c.c", "1 definition", "2 call"],
  ]);
});

it("a pattern of code is compiled by a worker of the pool, and what is wrong with it is told", async () => {
  const { service } = serviceOn({ "a.py": "total += 1\n" });
  const search = (pattern: string): Promise<readonly unknown[]> =>
    service.matches(pattern, "python", service.place("."), signal, () => undefined);
  expect(await search("total += $X")).toHaveLength(1);
  expect(service.stats.done).toBe(1);
  await expect(search("def (((")).rejects.toMatchObject({ code: "CAELUM_USAGE" });
  expect(service.stats.done).toBe(2);
});
