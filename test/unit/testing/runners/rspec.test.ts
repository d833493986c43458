import { describe, expect, test } from "vitest";
import { rspec } from "../../../../src/testing/runners/rspec/index.ts";
import { hasProgram } from "../../../helpers/has-program.ts";
import { endsByFile, fixtureSession, lines } from "../../../helpers/runner-session.ts";

function tried(files: Readonly<Record<string, string>> = {}, timeoutMs = 60_000) {
  return fixtureSession(rspec, "rspec", files, { timeoutMs });
}

describe.skipIf(!hasProgram("rspec"))("rspec", () => {
  test("all outcomes are told with the descriptions of their groups, again in the same process", async () => {
    const runner = tried();
    const { tests, ends } = await runner.run();
    expect(lines(tests)).toEqual([
      "passed math > adds",
      "failed math > fails",
      "passed math > same title",
      "passed math > same title #2",
      "skipped math > is skipped",
      "skipped math > is to be written",
      "skipped math > says why",
      "failed math > when nested > raises",
      "passed math > when nested > takes 1",
      "passed math > when nested > takes 2",
      "passed String > is there",
    ]);
    expect(endsByFile(ends)).toEqual({ "spec/math_spec.rb": "done", "spec/string_spec.rb": "done" });
    const failed = tests.find(({ test }) => test.title[1] === "fails");
    expect(failed?.failures?.[0]).toMatchObject({ file: "spec/math_spec.rb", line: 3 });
    expect(failed?.failures?.[0]?.message).toContain("expected: 2");
    expect(tests.find(({ test }) => test.title[1] === "says why")?.reason).toBe("not today");
    expect(lines((await runner.run()).tests)).toEqual(lines(tests));
  });

  test("what cannot be loaded is broken, what ends the process crashed, a hang has its stack", async () => {
    const { ends, tests } = await tried(
      {
        "spec/a_spec.rb": "RSpec.describe 'x' do\n",
        "spec/b_spec.rb": "require 'nowhere_to_be_found'\n",
        "spec/c_spec.rb": "RSpec.describe('c') { it('first') {}; it('leaves') { exit!(0) } }\n",
        "spec/d_spec.rb":
          "def wait_forever; loop {}; end\nRSpec.describe('d') { it('hangs') { wait_forever } }\n",
      },
      8000,
    ).run();
    expect(endsByFile(ends)).toEqual({
      "spec/a_spec.rb": "broken",
      "spec/b_spec.rb": "broken",
      "spec/c_spec.rb": "crashed",
      "spec/d_spec.rb": "timeout",
      "spec/math_spec.rb": "done",
      "spec/string_spec.rb": "done",
    });
    expect(ends.get("|rspec|spec/b_spec.rb")?.failure?.details).toContain("nowhere_to_be_found");
    expect(ends.get("|rspec|spec/d_spec.rb")?.failure?.details).toContain("wait_forever");
    expect(lines(tests)).toContain("passed c > first");
  });
});
