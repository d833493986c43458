import { expect, test } from "vitest";
import { shortPaths } from "../../../../src/testing/host/short-paths.ts";

test("the place of the tree goes from messages and stacks, and nothing else does", () => {
  const short = shortPaths("/home/ada/.cache/work/shop/0");
  const details = [
    "at x (file:///home/ada/.cache/work/shop/0/test/a.js:3:1)",
    "at y (/home/ada/.cache/work/shop/0/lib/b.js:1)",
    "at z (/home/ada/.cache/work/shop/01/c.js:1)",
    "at node:internal/x",
  ].join("\n");
  expect(short({ message: "no /home/ada/.cache/work/shop/0/f", details, line: 3 })).toEqual({
    message: "no f",
    details:
      "at x (test/a.js:3:1)\nat y (lib/b.js:1)\nat z (/home/ada/.cache/work/shop/01/c.js:1)\nat node:internal/x",
    line: 3,
  });
});
