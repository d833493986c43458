import { chmodSync, chownSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { type Connected, connectMcp, type ConnectOptions, type Era } from "../helpers/mcp/mcp-client.ts";
import { eventually } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const posix = process.platform !== "win32";
const isRoot = process.getuid?.() === 0;

/** A server started in one folder by a client that has others open. */
async function withRoots(
  era: Era,
  roots: () => readonly string[],
  options: ConnectOptions = {},
): Promise<Connected & { cwd: string; asked: () => number }> {
  const cwd = temporaryFolder({ "cwd.py": "def of_the_working_folder():\n    pass\n" });
  let asked = 0;
  const connected = await connectMcp(cwd, {
    ...options,
    era,
    capabilities: { roots: { listChanged: true } },
    prepare: (client) =>
      client.setRequestHandler("roots/list", () => {
        asked++;
        return { roots: roots().map((uri) => ({ uri })) };
      }),
  });
  return { ...connected, cwd, asked: () => asked };
}

const uri = (folder: string): string => pathToFileURL(folder).href;
const open = { "in.py": "def of_the_open_folder():\n    pass\n", "sub/deep.py": "def deep():\n    pass\n" };

describe.skipIf(!posix).each<Era>(["legacy", "modern"])(
  "a client of the %s era that has folders open",
  (era) => {
    it("gets answers about them, and about nothing else", async () => {
      const [first, second] = [
        temporaryFolder(open),
        temporaryFolder({ "two.py": "def two():\n    pass\n" }),
      ];
      const { call, cwd, asked } = await withRoots(era, () => [uri(first), uri(second)]);
      expect((await call("code_search", { query: "of_the_open" })).text).toContain("in.py:1");
      expect((await call("code_parse", { path: path.join(second, "two.py") })).text).toContain(
        "function two",
      );
      for (const given of [path.join(cwd, "cwd.py"), "../cwd.py", "/etc/passwd", path.dirname(first)])
        expect((await call("code_parse", { path: given })).text).toMatch(/CAELUM_PATH_(REFUSED|MISSING)/);
      expect((await call("code_parse", { path: path.join(cwd, "cwd.py") })).text).toContain(
        "CAELUM_PATH_REFUSED",
      );
      expect((await call("code_search", { query: "of_the_working" })).text).toMatch(/^0 of/);
      // Once, not for each question.
      expect(asked()).toBe(1);
    });

    it("is believed where a resource is the first thing it reads", async () => {
      const { client, cwd } = await withRoots(era, () => [uri(temporaryFolder(open))]);
      const { contents } = await client.readResource({ uri: "caelum://analysis/in.py" });
      expect(JSON.stringify(contents)).toContain("1 file");
      const outside = client.readResource({ uri: `caelum://analysis/${cwd}/cwd.py` });
      await expect(outside).rejects.toThrow(/CAELUM_PATH_REFUSED/);
    });

    it("may name a folder by a link, with spaces, signs and other alphabets in its name", async () => {
      const odd = path.join(temporaryFolder(), "a b#c%20d?é日");
      mkdirSync(odd);
      writeFileSync(path.join(odd, "odd.py"), "def odd():\n    pass\n");
      const link = path.join(temporaryFolder(), "link");
      symlinkSync(temporaryFolder(open), link);
      const { call } = await withRoots(era, () => [uri(odd), uri(link)]);
      expect((await call("code_parse", { path: "odd.py" })).text).toContain("function odd");
      expect((await call("code_parse", { path: path.join(link, "in.py") })).text).toContain(
        "function of_the_open",
      );
      expect((await call("code_parse", { path: path.join(realpathSync(link), "..") })).text).toContain(
        "CAELUM_PATH_REFUSED",
      );
    });

    it("loses those that cannot be used, and keeps the others", async () => {
      const good = temporaryFolder(open);
      const { call } = await withRoots(era, () => [
        uri(path.join(good, "in.py")),
        uri(path.join(good, "not there")),
        "file:///%2e%2e%2fescape%00",
        "file://other-machine/share",
        uri(good),
      ]);
      expect((await call("code_search", { query: "deep" })).text).toContain("sub/deep.py:1");
    });

    it.each([
      ["is a file", (folder: string) => uri(path.join(folder, "in.py"))],
      ["is missing", (folder: string) => uri(path.join(folder, "none"))],
      ["is on another machine", () => "file://other-machine/share"],
      ["has a slash in its percent signs", (folder: string) => `${uri(folder)}%2f..%2f..`],
    ])("whose only one %s is told so: the working folder is not taken instead", async (_, rootOf) => {
      const { call } = await withRoots(era, () => [rootOf(temporaryFolder(open))]);
      const { text, result } = await call("code_parse", { path: "cwd.py" });
      expect(result.isError).toBe(true);
      expect(text).toContain("none of the client's roots can be used");
      expect(text).toContain("--root");
    });

    it("does not widen what the person has named with --root", async () => {
      const named = temporaryFolder({ "named.py": "def named():\n    pass\n" });
      const other = temporaryFolder(open);
      const { call, asked } = await withRoots(era, () => [uri(other)], { args: ["--root", named] });
      expect((await call("code_search", { query: "named" })).text).toContain("named.py:1");
      expect((await call("code_parse", { path: path.join(other, "in.py") })).text).toContain(
        "CAELUM_PATH_REFUSED",
      );
      expect(asked()).toBe(0);
    });

    it("and none in fact is answered about the working folder", async () => {
      const { call } = await withRoots(era, () => []);
      expect((await call("code_search", { query: "of_the_working" })).text).toContain("cwd.py:1");
    });

    it.skipIf(!isRoot)("does not open what a stranger owns, be it the folder or a file in it", async () => {
      const stranger = 4242;
      const own = 4343;
      const mine = temporaryFolder(open);
      const theirs = temporaryFolder({ "theirs.py": "def theirs():\n    pass\n" });
      for (const item of [mine, path.join(mine, "sub"), path.join(mine, "sub/deep.py")])
        chownSync(item, own, own);
      for (const item of [path.join(mine, "in.py"), theirs, path.join(theirs, "theirs.py")])
        chownSync(item, stranger, stranger);
      for (const folder of [mine, theirs]) chmodSync(folder, 0o755);
      const { call } = await withRoots(era, () => [uri(mine), uri(theirs)], { uid: own });
      expect((await call("code_parse", { path: "sub/deep.py" })).text).toContain("function deep");
      expect((await call("code_parse", { path: "in.py" })).text).toContain("another user");
      expect((await call("code_parse", { path: path.join(theirs, "theirs.py") })).text).toContain(
        "CAELUM_PATH_REFUSED",
      );
    });
  },
);

// Before 2026 the SDK refuses such a list as a whole: that client has told nothing.
it.skipIf(!posix)("a root that is no file is told so", async () => {
  const { call } = await withRoots("modern", () => ["https://example.com/"]);
  expect((await call("code_parse", { path: "cwd.py" })).text).toContain(
    "none of the client's roots can be used",
  );
});

it.skipIf(!posix)("a client of the legacy era that opens another folder is followed there", async () => {
  let root = temporaryFolder(open);
  const { client, call } = await withRoots("legacy", () => [uri(root)]);
  expect((await call("code_search", { query: "of_the_open" })).text).toContain("in.py:1");
  const before = root;
  root = temporaryFolder({ "next.py": "def of_the_next():\n    pass\n" });
  await client.sendRootsListChanged();
  await eventually("it works in the other one", async () =>
    (await call("code_search", { query: "of_the_next" })).text.includes("next.py:1"),
  );
  expect((await call("code_parse", { path: path.join(before, "in.py") })).text).toContain(
    "CAELUM_PATH_REFUSED",
  );
});
