import { describe, expect, test } from "vitest";
import { phpunit } from "../../../../src/testing/runners/phpunit/index.ts";
import { hasProgram } from "../../../helpers/has-program.ts";
import { endsByFile, fixtureSession, lines } from "../../../helpers/runner-session.ts";

function tried(files: Readonly<Record<string, string>> = {}, timeoutMs = 60_000) {
  return fixtureSession(phpunit, "phpunit", files, { timeoutMs });
}

function oneTest(name: string, body: string): string {
  return `<?php\nclass ${name} extends PHPUnit\\Framework\\TestCase {\n  public function testFirst(): void { $this->assertTrue(true); }\n  public function testX(): void { ${body} }\n}\n`;
}

describe.skipIf(!hasProgram("phpunit"))("phpunit", () => {
  test("all outcomes are told with their classes and data sets", async () => {
    const { tests, ends } = await tried().run();
    expect(lines(tests)).toEqual([
      String.raw`passed App\MathTest > testAdds`,
      String.raw`failed App\MathTest > testFails`,
      String.raw`skipped App\MathTest > testSkipped`,
      String.raw`passed App\MathTest > testPrints`,
      String.raw`passed App\MathTest > testTakes with data set "one"`,
      String.raw`passed App\MathTest > testTakes with data set "with "quote""`,
      String.raw`failed App\MathTest > testTakes with data set "three"`,
    ]);
    expect(endsByFile(ends)).toEqual({ "tests/MathTest.php": "done" });
    const failed = tests.find(({ test }) => test.title[1] === "testFails");
    expect(failed?.failures?.[0]?.message).toContain("it's [wrong] | really");
    expect(tests.find(({ outcome }) => outcome === "skipped")?.reason).toContain("not today");
  });

  test("what cannot be loaded is broken, what ends the process crashed, a hang a timeout", async () => {
    const { ends, tests } = await tried(
      {
        "tests/AlphaTest.php": "<?php\nclass {\n",
        "tests/BetaTest.php": oneTest("BetaTest", "exit(0);"),
        "tests/GammaTest.php": oneTest("GammaTest", "for (;;) usleep(1000);"),
      },
      8000,
    ).run();
    expect(endsByFile(ends)).toEqual({
      "tests/AlphaTest.php": "broken",
      "tests/BetaTest.php": "crashed",
      "tests/GammaTest.php": "timeout",
      "tests/MathTest.php": "done",
    });
    expect(lines(tests).filter((line) => line.endsWith("testFirst"))).toHaveLength(2);
  });
});
