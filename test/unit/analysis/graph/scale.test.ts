import { expect, it } from "vitest";
import { buildGraph, cycles, fans, focus } from "../../../../src/analysis/graph/index.ts";
import type { ProjectFile } from "../../../../src/analysis/graph/types.ts";

function file(path: string, includes: readonly { raw: string; form: string }[]): ProjectFile {
  const imports = includes.map((one, at) => ({ ...one, line: at + 1 }));
  return { path, language: "c", imports, modules: [], types: [] };
}

function system(raw: string): { raw: string; form: string } {
  return { raw, form: "system" };
}

/** A tree like Linux's: sources in 2,000 folders, headers in include/ and by architecture. */
function kernel(): ProjectFile[] {
  let state = 7;
  const next = (below: number) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
  const files: ProjectFile[] = [];
  for (let one = 0; one < 20_000; one++) {
    // A header includes earlier ones, so that layers are deep and cycles are few.
    const includes = Array.from({ length: Math.min(one, 5) }, () => system(`linux/h${next(one)}.h`));
    files.push(file(`include/linux/h${one}.h`, includes));
  }
  for (let arch = 0; arch < 25; arch++) {
    for (let one = 0; one < 200; one++)
      files.push(file(`arch/a${arch}/include/asm/m${one}.h`, [system(`linux/h${one}.h`)]));
  }
  for (let one = 0; one < 55_000; one++) {
    const folder = `drivers/d${one % 40}/s${one % 2000}`;
    const includes = Array.from({ length: 9 }, () => system(`linux/h${next(20_000)}.h`));
    files.push(
      file(`${folder}/f${one}.c`, [
        ...includes,
        system(`asm/m${next(200)}.h`),
        { raw: `f${next(one + 1)}.h`, form: "local" },
      ]),
    );
  }
  return files;
}

it("80,000 files with 700,000 includes become a graph within seconds", { timeout: 120_000 }, () => {
  const files = kernel();
  // Time of the processor: what else runs on the machine does not matter.
  const before = process.cpuUsage();
  const graph = buildGraph({ files, readText: () => undefined, strategyOf: () => "c" });
  const { fanIn } = fans(graph);
  const found = cycles(graph);
  const touched = focus(graph, "include/linux/h0.h")!.dependedOnBy.transitive.length;
  const { user, system: kernelTime } = process.cpuUsage(before);
  expect(graph.outcomes.kinds.length).toBeGreaterThan(700_000);
  expect(graph.imports.resolved).toBe(graph.outcomes.kinds.length - 55_000);
  expect(found).toEqual([]);
  expect(touched).toBeGreaterThan(50_000);
  expect(Math.max(...fanIn)).toBeGreaterThan(10);
  expect((user + kernelTime) / 1e6).toBeLessThan(15);
});
