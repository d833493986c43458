import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { dotnet } from "../../../../src/testing/runners/dotnet/index.ts";
import { readTrx } from "../../../../src/testing/runners/dotnet/read-trx.ts";
import { projectFolder } from "../../../helpers/runner-session.ts";
import { projectRoot } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

test("results of Visual Studio's format are read with classes, times and places", () => {
  const read = readTrx(
    readFileSync(path.join(projectRoot, "test/fixtures/testing/recorded/dotnet.trx"), "utf8"),
  );
  expect(read.problem === undefined ? read.tests : read.problem).toEqual([
    { title: ["Fixture.MathTests", "Adds"], outcome: "passed", ms: 3.1234 },
    {
      title: ["Fixture.MathTests", "Takes(n: 3)"],
      outcome: "failed",
      ms: 1500,
      failures: [
        expect.objectContaining({
          message: "Assert.Equal() Failure: Values differ\nExpected: 2\nActual:   3",
          file: "/src/tests/MathTests.cs",
          line: 12,
        }),
      ],
      output: "printed",
    },
    { title: ["Fixture.MathTests", "Skipped"], outcome: "skipped", ms: 0, reason: "not today" },
  ]);
});

test.each([["<TestRun"], ["<html/>"], ["nothing"]])("what is no result file says so: %s", (text) => {
  expect(readTrx(text).problem).toMatch(/^it is no (?:valid XML|TRX file)/);
});

test("test projects are those that refer to the test SDK", () => {
  const folder = temporaryFolder({
    "app/app.csproj": "<Project/>",
    "tests/tests.csproj":
      '<Project><ItemGroup><PackageReference Include="Microsoft.NET.Test.Sdk" Version="17"/></ItemGroup></Project>',
  });
  expect(dotnet.detect(projectFolder(folder))?.because).toBe("Microsoft.NET.Test.Sdk in tests/tests.csproj");
  expect(dotnet.detect(projectFolder(folder, "app"))).toBeUndefined();
});
