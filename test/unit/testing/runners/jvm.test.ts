import { chmodSync, existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { classOf } from "../../../../src/testing/runners/jvm/classes.ts";
import { gradle } from "../../../../src/testing/runners/jvm/gradle.ts";
import { maven, readProgress } from "../../../../src/testing/runners/jvm/maven.ts";
import { hasProgram } from "../../../helpers/has-program.ts";
import {
  endsByFile,
  fixtureSession,
  lines,
  projectCopy,
  projectFolder,
  runnerSession,
} from "../../../helpers/runner-session.ts";

/** Debian's Maven finds its plugins on this machine and nowhere else. */
const offline = "/etc/maven/settings-debian.xml";
const hasMaven =
  hasProgram("mvn") &&
  existsSync(offline) &&
  existsSync("/usr/share/maven-repo/org/apache/maven/surefire/surefire-junit4");

describe.skipIf(!hasMaven)("maven", () => {
  test("classes are units of one process, and end as Surefire tells", { timeout: 240_000 }, async () => {
    const folder = projectCopy("maven", {
      "src/test/java/com/x/ExitTest.java":
        "package com.x;\nimport org.junit.Test;\npublic class ExitTest { @Test public void leaves() { System.exit(3); } }\n",
    });
    const runner = runnerSession(maven, projectFolder(folder), {
      args: ["--offline", "--settings", offline],
    });
    const { tests, ends } = await runner.run();
    expect(endsByFile(ends)).toEqual({
      "src/test/java/com/x/ExitTest.java": "crashed",
      "src/test/java/com/x/MathTest.java": "done",
      "src/test/java/com/x/OtherTest.java": "done",
    });
    expect(lines(tests).sort()).toEqual([
      "failed com.x.MathTest > fails",
      "passed com.x.MathTest > adds",
      "passed com.x.OtherTest > other",
      "skipped com.x.MathTest > skipped",
    ]);
    expect(tests.find(({ outcome }) => outcome === "failed")?.failures?.[0]?.message).toContain(
      "sums expected:<3> but was:<2>",
    );
  });

  test(
    "a class that hangs is ended with the stacks of its threads, and the others run",
    { timeout: 240_000 },
    async () => {
      const hangs =
        "package com.x;\nimport org.junit.Test;\npublic class HangTest { @Test public void hangs() throws Exception { waitForEver(); } void waitForEver() throws Exception { Thread.sleep(1000000); } }\n";
      const runner = fixtureSession(
        maven,
        "maven",
        { "src/test/java/com/x/HangTest.java": hangs },
        { args: ["--offline", "--settings", offline], timeoutMs: 8000 },
      );
      const { ends } = await runner.run();
      expect(endsByFile(ends)).toEqual({
        "src/test/java/com/x/HangTest.java": "timeout",
        "src/test/java/com/x/MathTest.java": "done",
        "src/test/java/com/x/OtherTest.java": "done",
      });
      const [hung] = [...ends.values()].filter(({ end }) => end === "timeout");
      expect(hung?.failure?.details).toContain("com.x.HangTest.waitForEver(HangTest.java:3)");
    },
  );
});

test("reports that Gradle has written are the results of its classes", async () => {
  const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="com.x.MathTest" tests="2" skipped="0" failures="1" errors="0" timestamp="2024-05-02T10:11:12" hostname="host" time="0.021">
  <properties/>
  <testcase name="adds()" classname="com.x.MathTest" time="0.012"/>
  <testcase name="fails()" classname="com.x.MathTest" time="0.009">
    <failure message="org.opentest4j.AssertionFailedError: expected: &lt;3&gt; but was: &lt;2&gt;" type="org.opentest4j.AssertionFailedError">at MathTest.java:7</failure>
  </testcase>
  <system-out><![CDATA[]]></system-out>
</testsuite>`;
  const folder = projectCopy(undefined, {
    "settings.gradle": "",
    "report.xml": report,
    "core/src/test/java/com/x/MathTest.java": "",
    "core/src/test/java/com/x/LostTest.java": "",
    // Stands for Gradle, which is not on this machine.
    gradlew:
      '#!/bin/sh\ncase "$*" in *:core:test*--tests\\ com.x.MathTest*) ;; *) exit 9 ;; esac\nmkdir -p core/build/test-results/test\ncp report.xml core/build/test-results/test/TEST-com.x.MathTest.xml\nexit 1\n',
  });
  chmodSync(path.join(folder, "gradlew"), 0o755);
  const { ends, tests } = await runnerSession(gradle, projectFolder(folder)).run();
  expect(lines(tests)).toEqual(["passed com.x.MathTest > adds()", "failed com.x.MathTest > fails()"]);
  expect(endsByFile(ends)).toEqual({
    "core/src/test/java/com/x/LostTest.java": "broken",
    "core/src/test/java/com/x/MathTest.java": "done",
  });
});

test("progress is read from the lines of Surefire 2 and 3", () => {
  expect(readProgress("[INFO] Running com.x.MathTest")).toEqual({
    className: "com.x.MathTest",
    ended: false,
  });
  const end = "Tests run: 3, Failures: 1, Errors: 0, Skipped: 1, Time elapsed: 0 s <<< FAILURE!";
  expect(readProgress(`[ERROR] ${end} - in com.x.MathTest`)).toEqual({
    className: "com.x.MathTest",
    ended: true,
  });
  expect(readProgress(`[ERROR] ${end} -- in com.x.MathTest`)).toEqual({
    className: "com.x.MathTest",
    ended: true,
  });
  expect(readProgress(`[INFO] ${end} -- in com.x.MathTest$Inner`)).toEqual({
    className: "com.x.MathTest",
    ended: false,
  });
  expect(readProgress("[ERROR] Tests run: 6, Failures: 2, Errors: 0, Skipped: 2")).toBeUndefined();
});

test("test classes are known by the place and name of their files", () => {
  expect(classOf("core/src/test/java/com/x/MathTest.java")).toEqual({
    module: "core",
    className: "com.x.MathTest",
  });
  expect(classOf("src/test/kotlin/TestMath.kt")).toEqual({ module: "", className: "TestMath" });
  expect(classOf("src/test/java/com/x/Helper.java")).toBeUndefined();
  expect(classOf("src/main/java/com/x/MathTest.java")).toBeUndefined();
});

test("what reproduces a failure names module, class and method", () => {
  const unit = {
    id: "|gradle|libs/core/src/test/java/com/x/MathTest.java",
    project: "",
    runner: "gradle",
    file: "libs/core/src/test/java/com/x/MathTest.java",
    bytes: 0,
  };
  const result = {
    test: {
      project: "",
      runner: "gradle",
      file: unit.file,
      title: ["com.x.MathTest", "takes(int)[1]"],
      ordinal: 0,
    },
    outcome: "failed" as const,
    ms: 0,
  };
  expect(gradle.reproduce(result.test, unit)).toBe("./gradlew :libs:core:test --tests com.x.MathTest.takes");
  expect(maven.reproduce(result.test, unit)).toBe("mvn test -pl libs/core -am '-Dtest=com.x.MathTest#takes'");
});
