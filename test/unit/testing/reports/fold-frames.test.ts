import { expect, test } from "vitest";
import { foldFrames } from "../../../../src/testing/reports/fold-frames.ts";

test.each([
  [
    "Node",
    [
      "AssertionError: no",
      "    at Object.equal (node:assert:12:3)",
      "    at check (/home/a/lib/check.js:3:1)",
      "    at src/sum.test.ts:4:10",
      "    at run (node_modules/vitest/dist/index.js:1:2)",
      "    at async file:///opt/runner.mjs:9:9",
    ],
    [
      "AssertionError: no",
      "    … 2 frames outside the tree",
      "    at src/sum.test.ts:4:10",
      "    … 2 frames outside the tree",
    ],
  ],
  [
    "Python",
    [
      "/usr/lib/python3/dist-packages/_pytest/python.py:617: in _importtestmodule",
      "    mod = import_path(self.path)",
      "<frozen importlib._bootstrap>:1050: in _gcd_import",
      "    ???",
      "tests/test_a.py:3: in <module>",
      "    import nothing",
      "E   ModuleNotFoundError: No module named 'nothing'",
    ],
    [
      "    … 2 frames outside the tree",
      "tests/test_a.py:3: in <module>",
      "    import nothing",
      "E   ModuleNotFoundError: No module named 'nothing'",
    ],
  ],
  [
    "Go",
    [
      "goroutine 7 [running]:",
      "testing.tRunner.func1.2({0x4, 0x5})",
      "\t/usr/lib/go-1.19/src/testing/testing.go:1396 +0x24e",
      "example.org/sum.TestDeep(0xc0)",
      "\tsum_test.go:9 +0x1d",
      "created by testing.(*T).Run",
      "\t/usr/lib/go-1.19/src/testing/testing.go:1493 +0x35f",
    ],
    [
      "goroutine 7 [running]:",
      "    … 1 frame outside the tree",
      "example.org/sum.TestDeep(0xc0)",
      "\tsum_test.go:9 +0x1d",
      "    … 1 frame outside the tree",
    ],
  ],
  [
    "the JVM",
    [
      "java.lang.AssertionError: no",
      "\tat org.junit.Assert.fail(Assert.java:89)",
      "\tat java.base/java.lang.reflect.Method.invoke(Method.java:580)",
      "\tat java.lang.Thread.sleep(java.base@17.0.15/Native Method)",
      "\tat com.x.MathTest.adds(MathTest.java:7)",
    ],
    [
      "java.lang.AssertionError: no",
      "    … 3 frames outside the tree",
      "\tat com.x.MathTest.adds(MathTest.java:7)",
    ],
  ],
])("frames of %s that lie outside the tree become one line", (_name, given, folded) => {
  expect(foldFrames(given.join("\n")).split("\n")).toEqual(folded);
});

test("text that is no stack stays as it is", () => {
  const text = 'expected\n    at least 3 lines\n  /usr/bin/x: not found\n- File "a"\n';
  expect(foldFrames(text)).toBe(text);
});
