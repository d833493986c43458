import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { Artifacts } from "../../../../src/testing/host/artifacts.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

/** What each unit left, with its content. */
function left(artifacts: Artifacts): string[] {
  return artifacts.found
    .map(({ unit, name, file }) => `${unit} ${name} ${readFileSync(file, "utf8")}`)
    .toSorted();
}

function write(file: string, content: string, seconds: number): void {
  writeFileSync(file, content);
  utimesSync(file, seconds, seconds);
}

function start(): { root: string; artifacts: Artifacts } {
  return {
    root: temporaryFolder(),
    artifacts: new Artifacts(path.join(temporaryFolder(), "kept"), ["**/*.{txt,png}"]),
  };
}

describe("what units leave behind", () => {
  test("is theirs while they run one after the other, each time it is written", () => {
    const { root, artifacts } = start();
    write(path.join(root, "log.txt"), "one", 10);
    artifacts.collect(root, "|jest|a.test.js", 9_000);
    write(path.join(root, "log.txt"), "two", 20);
    artifacts.collect(root, "|jest|b.test.js", 15_000);
    artifacts.collect(root, "|jest|c.test.js", 25_000);
    expect(left(artifacts)).toEqual(["|jest|a.test.js log.txt one", "|jest|b.test.js log.txt two"]);
  });

  test("is told by its name where several run in one folder, and listed with each of them where it is not", () => {
    const { root, artifacts } = start();
    write(path.join(root, "shot-a.png"), "A", 10);
    write(path.join(root, "b_test-1.png"), "B", 11);
    write(path.join(root, "log.txt"), "whose", 12);
    artifacts.collect(root, "|pytest|tests/shot_a.py", 9_000);
    artifacts.collect(root, "|pytest|tests/b_test.py", 9_500);
    expect(left(artifacts)).toEqual([
      "|pytest|tests/b_test.py b_test-1.png B",
      "|pytest|tests/b_test.py log.txt whose",
      "|pytest|tests/shot_a.py log.txt whose",
      "|pytest|tests/shot_a.py shot-a.png A",
    ]);
  });

  test("is not the half of a file that another one was still writing", () => {
    const { root, artifacts } = start();
    write(path.join(root, "log.txt"), "half", 10);
    artifacts.collect(root, "|jest|quick.test.js", 9_000);
    write(path.join(root, "log.txt"), "whole", 20);
    artifacts.collect(root, "|jest|slow.test.js", 8_000);
    expect(left(artifacts)).toEqual(["|jest|slow.test.js log.txt whole"]);
  });
});
