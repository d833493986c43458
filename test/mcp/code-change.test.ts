import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { connectMcp } from "../helpers/mcp/mcp-client.ts";
import { runCaelum } from "../helpers/run-caelum.ts";
import { gitRepository } from "../helpers/testing/git-repository.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const files = {
  "shop/tax.py": "def rate(n):\n    return n\n",
  "shop/price.py": "from shop.tax import rate\n\n\ndef price(n):\n    return rate(n)\n",
  "shop/cart.py": "from shop.price import price\n",
  "web/page.py": "from shop.cart import price\n",
  "web/old.py": "x = 1\n",
  "notes.txt": "a\n",
};

it("a change is told with its worst functions and its blast radius, as caelum analyze --since tells it", async () => {
  const { folder, git } = gitRepository(files);
  writeFileSync(
    path.join(folder, "shop/tax.py"),
    "def rate(n):\n    if n > 1:\n        for i in range(n):\n            if i:\n                return i\n    return n\n",
  );
  git("mv", "web/page.py", "web/view.py");
  rmSync(path.join(folder, "web/old.py"));
  writeFileSync(path.join(folder, "notes.txt"), "b\n");
  const { call } = await connectMcp(folder);
  const { text, result } = await call("code_analyze", { since: "HEAD" });
  const told = JSON.parse((await runCaelum(["analyze", "--since", "HEAD", "--json"], { cwd: folder })).stdout)
    .since as { changed: unknown[]; affected: { path: string; depth: number }[] };
  expect(result.structuredContent).toMatchObject({
    changed: told.changed.length,
    affected: told.affected.length,
    direct: 1,
    commit: git("rev-parse", "HEAD"),
    data: [
      { path: "notes.txt", status: "changed" },
      { path: "shop/tax.py", status: "changed", usedBy: 3, worst: { value: 6, name: "rate", line: 1 } },
      { path: "web/old.py", status: "deleted" },
      { path: "web/view.py", status: "renamed" },
      { path: "shop/price.py", depth: 1 },
      { path: "shop/cart.py", depth: 2 },
    ],
  });
  expect(text).toContain("renamed web/view.py (was web/page.py)");

  const below = await call("code_analyze", { since: "HEAD", path: "web" });
  expect(below.result.structuredContent).toMatchObject({ changed: 2, affected: 0 });
  const part = await call("code_analyze", { since: "HEAD", limit: 2, cursor: "4" });
  expect(part.text).toContain("depth 2 shop/cart.py");

  git("commit", "-q", "-a", "-m", "second");
  expect((await call("code_analyze", { since: "HEAD" })).result.structuredContent).toMatchObject({
    changed: 0,
  });
  expect((await call("code_analyze", { since: "HEAD~1" })).text).toContain("4 files changed");
});

it("a revision that is none is told so, also one that looks like an option or is no text for git", async () => {
  const { folder } = gitRepository(files);
  const { call } = await connectMcp(folder);
  for (const since of ["nope", "--output=x", "HEAD\u0000", "HEAD\n", "@{u}", "HEAD:shop"]) {
    const { text, result } = await call("code_analyze", { since });
    expect(result.isError).toBe(true);
    expect(text).toContain("names no commit here");
  }
  expect((await call("code_analyze", { since: "HEAD", by: "hotspots" })).text).toContain(
    "do not go together",
  );
  const plain = await connectMcp(temporaryFolder({ "a.py": "a = 1\n" }));
  expect((await plain.call("code_analyze", { since: "HEAD" })).text).toContain("names no commit here");
});
