import path from "node:path";
import { writeFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { CodeService } from "#analysis/service";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { LineSearch } from "../../../src/analysis/service/line-search.ts";

const { signal } = new AbortController();

describe("LineSearch", () => {
  const search = new LineSearch(["alpha", "", "alphabet alpha", "beta\nalpha", "al"]);

  it("finds each line once, and where the text first stands in it", () => {
    expect([...search.containing("alpha")]).toEqual([
      [0, 0],
      [2, 0],
      [3, 5],
    ]);
    expect([...search.containing("l")].map(([line]) => line)).toEqual([0, 2, 3, 4]);
  });

  it("finds what begins so, and nothing across lines or behind the last one", () => {
    expect([...search.beginningWith("al")]).toEqual([0, 2, 4]);
    expect([...search.beginningWith("")]).toEqual([0, 1, 2, 3, 4]);
    expect([...search.containing("a\nb")]).toEqual([]);
    expect([...search.containing("gamma")]).toEqual([]);
    expect([...new LineSearch([]).containing("")]).toEqual([]);
    expect([...new LineSearch([]).beginningWith("")]).toEqual([]);
  });
});

describe("symbols by name", () => {
  const source = ["getUserData", "GetUserDatabase", "get_user_data", "forgetUserData", "GETUSERDATA", "other"]
    .map((name) => `def ${name}():\n    pass\n`)
    .join("\n");

  async function found(text: string): Promise<string[]> {
    const root = temporaryFolder({ "a.py": source });
    const service = new CodeService({ roots: [root], cache: false, maxFileSize: 2e6 });
    onTestFinished(() => service.close());
    const index = await (await service.snapshot(root, signal)).symbols();
    return index.find({ text, limit: 20 }).symbols.map(({ name }) => name);
  }

  it("come as the very name, in another case, beginning so, containing it, by humps", async () => {
    expect(await found("getUserData")).toEqual([
      "getUserData",
      "GETUSERDATA",
      "GetUserDatabase",
      "forgetUserData",
    ]);
    expect(await found("gUD")).toEqual(["getUserData", "get_user_data", "GetUserDatabase"]);
    expect(await found("nothing")).toEqual([]);
  });
});

it("the same outline is given again as long as its file is the same, through whichever root", async () => {
  const first = temporaryFolder({ "b.py": "b = 1\n" });
  const second = temporaryFolder({ "a.py": "def one():\n    pass\n" });
  const service = new CodeService({ roots: [first, second], cache: false, maxFileSize: 2e6 });
  onTestFinished(() => service.close());
  const names = async (): Promise<string[]> => {
    const outline = await service.outline("a.py", signal);
    return "skipped" in outline ? [] : outline.symbols.map(({ name }) => name);
  };
  expect(await names()).toEqual(["one"]);
  expect(await names()).toEqual(["one"]);
  writeFileSync(path.join(first, "a.py"), "def two():\n    pass\n");
  expect(await names()).toEqual(["two"]);
});
