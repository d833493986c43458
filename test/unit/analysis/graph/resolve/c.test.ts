import { describe, expect, it } from "vitest";
import { cycles } from "../../../../../src/analysis/graph/index.ts";
import { arrows, graphOf, leads, type Sketch } from "../../../../helpers/graph-of.ts";

const local = (raw: string) => ({ raw, form: "local" });
const system = (raw: string) => ({ raw, form: "system" });

function lead(from: string, imports: Sketch["imports"], others: readonly string[]): string[] {
  const files: Record<string, Sketch> = Object.fromEntries(others.map((path) => [path, {}]));
  return leads(graphOf("c", { ...files, [from]: { imports: imports! } }), from);
}

describe("includes of C", () => {
  it("in quotes start at the file's folder", () => {
    expect(
      lead(
        "src/a.c",
        [local("b.h"), local("../x/b.h"), local("sub/c.h")],
        ["src/b.h", "x/b.h", "src/sub/c.h"],
      ),
    ).toEqual(["src/b.h", "x/b.h", "src/sub/c.h"]);
  });

  it("find headers in include folders nobody named, the nearest first", () => {
    expect(
      lead(
        "lib/one/src/a.c",
        [system("one/api.h"), system("base.h"), local("util/log.h")],
        ["lib/one/include/one/api.h", "lib/two/include/one/api.h", "include/base.h", "common/util/log.h"],
      ),
    ).toEqual(["lib/one/include/one/api.h", "include/base.h", "common/util/log.h"]);
  });

  it("of Linux find include/ before the copies of tools/, and each side its own", () => {
    const files = ["include/linux/list.h", "tools/include/linux/list.h", "include/uapi/linux/types.h"];
    expect(lead("drivers/net/a.c", [system("linux/list.h"), system("linux/types.h")], files)).toEqual([
      "include/linux/list.h",
      "include/uapi/linux/types.h",
    ]);
    expect(lead("tools/perf/a.c", [system("linux/list.h")], files)).toEqual(["tools/include/linux/list.h"]);
  });

  it("of <asm/…> stay in their architecture, take the generic one it lacks, and are alternatives elsewhere", () => {
    const files = [
      "arch/arm/include/asm/io.h",
      "arch/x86/include/asm/io.h",
      "arch/x86/include/uapi/asm/io.h",
      "arch/mips/include/asm/cache.h",
      "arch/s390/include/asm/cache.h",
      "include/asm-generic/io.h",
      "include/asm-generic/cache.h",
    ];
    expect(lead("arch/x86/mm/a.c", [system("asm/io.h"), system("asm/cache.h")], files)).toEqual([
      "arch/x86/include/asm/io.h",
      "include/asm-generic/cache.h",
    ]);
    const drivers = graphOf("c", {
      ...Object.fromEntries(files.map((path) => [path, {}])),
      "drivers/a.c": { imports: [system("asm/io.h")] },
    });
    expect(arrows(drivers)).toEqual(["drivers/a.c → alternatives:**/asm/io.h"]);
    expect(drivers.groups[0]?.members.map((one) => drivers.files[one]!.path)).toEqual([
      "arch/arm/include/asm/io.h",
      "arch/x86/include/asm/io.h",
      "include/asm-generic/io.h",
    ]);
  });

  it("of standard headers mean the system's, unless the project is where they come from", () => {
    expect(
      lead(
        "src/a.c",
        [system("stdio.h"), system("vector"), system("sys/types.h")],
        ["boot/mini/stdio.h", "x/vector"],
      ),
    ).toEqual(["external", "external", "external"]);
    expect(lead("src/stdio/printf.c", [system("stdio.h")], ["include/stdio.h"])).toEqual(["include/stdio.h"]);
  });

  it("that lead nowhere are external in angle brackets and unresolved in quotes", () => {
    expect(
      lead(
        "a.c",
        [system("zlib.h"), local("gone.h"), { raw: "CONFIG_HEADER" }, local("../../x.h"), local("B.h")],
        ["b.h"],
      ),
    ).toEqual(["external", "unresolved", "unresolved", "unresolved", "unresolved"]);
  });

  it("read names with commas and Windows slashes", () => {
    expect(
      lead("a.c", [system("dt-bindings/x,y.h"), local("sub\\b.h")], ["include/dt-bindings/x,y.h", "sub/b.h"]),
    ).toEqual(["include/dt-bindings/x,y.h", "sub/b.h"]);
  });

  it("of headers that include each other are cycles", () => {
    const graph = graphOf("c", { "a.h": { imports: [local("b.h")] }, "b.h": { imports: [local("a.h")] } });
    expect(cycles(graph)).toEqual([["a.h", "b.h"]]);
  });
});
