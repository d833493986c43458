import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { uploadedFormat } from "../../../scripts/uploaded-format.ts";
import { projectRoot } from "../../helpers/run-caelum.ts";

/** Came after Node 20, and is not provided by the build. */
const tooNew = [
  "Object.groupBy(",
  "Array.fromAsync(",
  "Promise.try(",
  "Iterator.from(",
  "RegExp.escape(",
  "Error.isError(",
  "Math.sumPrecise(",
  "Uint8Array.fromBase64(",
  "Uint8Array.fromHex(",
  ".isSubsetOf(",
  ".isSupersetOf(",
  ".isDisjointFrom(",
  ".symmetricDifference(",
  ".getOrInsert(",
  ".getOrInsertComputed(",
  "import.meta.dirname",
  "process.getBuiltinModule(",
];

const built = path.join(projectRoot, "dist");
const bundles = ["agent", "workers"].flatMap((folder) =>
  readdirSync(path.join(built, folder))
    .filter((name) => name.endsWith(".cjs"))
    .map((name) => `${folder}/${name}`),
);

describe("what hosts with Node 20 run", () => {
  test.each(bundles)("%s needs nothing that came later", (name) => {
    const source = readFileSync(path.join(built, name), "utf8");
    expect(tooNew.filter((api) => source.includes(api))).toEqual([]);
  });

  test("has what the build provides", async () => {
    const program = [
      "delete Promise.withResolvers; delete Map.groupBy;",
      uploadedFormat.banner.js.replace("__filename", '"/x"'),
      "const { promise, resolve } = Promise.withResolvers(); resolve(1);",
      "const groups = [...Map.groupBy([1, 2, 3], (value, at) => (value + at) % 4)];",
      "promise.then((value) => console.log(JSON.stringify([value, groups])));",
    ].join("\n");
    const { stdout } = await execa(process.execPath, ["-e", program]);
    expect(JSON.parse(stdout)).toEqual([
      1,
      [
        [1, [1, 3]],
        [3, [2]],
      ],
    ]);
  });
});
