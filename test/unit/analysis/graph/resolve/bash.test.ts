import { describe, expect, it } from "vitest";
import { graphOf, leads, type Sketch } from "../../../../helpers/graph-of.ts";

function lead(
  path: string,
  imports: readonly string[],
  others = ["scripts/lib.sh", "common.sh", "scripts/sub/x.sh"],
): string[] {
  const files: Record<string, Sketch> = Object.fromEntries(others.map((one) => [one, {}]));
  return leads(graphOf("bash", { ...files, [path]: { imports } }), path);
}

describe("sourced files of a shell script", () => {
  it.each([
    '"$(dirname "$0")/lib.sh"',
    "$(dirname $0)/lib.sh",
    '"$(dirname "${BASH_SOURCE[0]}")/lib.sh"',
    '"$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"',
    '"${BASH_SOURCE%/*}/lib.sh"',
    '"${BASH_SOURCE[0]%/*}/lib.sh"',
    "`dirname $0`/lib.sh",
    '"$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/lib.sh"',
    '"$(cd "$(dirname "$0")" >/dev/null 2>&1 && pwd -P)/lib.sh"',
    '"$(dirname "$(readlink -f "$0")")/lib.sh"',
    '"$(dirname "$(realpath "${BASH_SOURCE[0]}")")/lib.sh"',
    "./lib.sh",
    "lib.sh",
    '"$DIR/lib.sh"',
    '"${SCRIPT_DIR}/lib.sh"',
    '"${DIR:-.}/lib.sh"',
  ])("%s is the file beside the script", (written) => {
    expect(lead("scripts/run.sh", [written])).toEqual(["scripts/lib.sh"]);
  });

  it("climb from the script's folder", () => {
    expect(
      lead("scripts/run.sh", [
        '"$(dirname "$0")/../common.sh"',
        '"$(cd "$(dirname "$0")/.." && pwd)/common.sh"',
        "../common.sh",
      ]),
    ).toEqual(["common.sh", "common.sh", "common.sh"]);
  });

  it("behind a variable are found above, or where they are the only ones", () => {
    expect(lead("scripts/sub/run.sh", ['"$ROOT/common.sh"', '"$ROOT/scripts/lib.sh"'])).toEqual([
      "common.sh",
      "scripts/lib.sh",
    ]);
    expect(lead("other/run.sh", ['"$LIB/x.sh"', '"$LIB/sub/x.sh"'])).toEqual([
      "scripts/sub/x.sh",
      "scripts/sub/x.sh",
    ]);
  });

  it("outside the project are external, computed or missing ones unresolved", () => {
    expect(
      lead("run.sh", [
        "/etc/profile",
        "~/.bashrc",
        '"$HOME/.bashrc"',
        '"$file"',
        '"lib/$name.sh"',
        "gone.sh",
        '"$(dirname "$0")/../../x.sh"',
      ]),
    ).toEqual(["external", "external", "external", "unresolved", "unresolved", "unresolved", "unresolved"]);
  });
});
