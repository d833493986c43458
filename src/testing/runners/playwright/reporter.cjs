"use strict";

const { appendFileSync } = require("node:fs");

// Runs in the process of Playwright's command, one for each of its projects, and says what happens on the pipe of the
// driver that started it.

const { mode, units } = JSON.parse(process.env.CAELUM_PLAYWRIGHT_RUN);
delete process.env.CAELUM_PLAYWRIGHT_RUN;
const unitOf = new Map(units.map((unit) => [keyOf(unit.file, unit.selection?.[0] ?? ""), unit.unit]));

function keyOf(file, project) {
  return `${project}\0${file}`;
}

function say(message) {
  appendFileSync(3, `${JSON.stringify(message)}\n`);
}

module.exports = class {
  #several = false;
  #left = new Map();
  #told = new Set();
  #broken = new Map();
  #errors = [];

  onBegin(config, suite) {
    this.#several = config.projects.length > 1;
    const tests = suite.allTests();
    if (mode === "list") return this.#list(tests);
    for (const test of tests) {
      const unit = this.#unit(test);
      if (unit !== undefined) this.#left.set(unit, (this.#left.get(unit) ?? 0) + 1);
    }
  }

  #list(tests) {
    const found = new Map();
    for (const test of tests) {
      const file = test.location.file;
      const project = this.#projectOf(test);
      const key = keyOf(file, project);
      const unit = found.get(key) ?? {
        file,
        tests: 0,
        ...(project === "" ? {} : { selection: [project], part: project }),
      };
      unit.tests += 1;
      found.set(key, unit);
    }
    say({ type: "listed", units: [...found.values()] });
  }

  onTestBegin(test) {
    const unit = this.#unit(test);
    if (unit === undefined) return;
    say({ type: "started", unit });
    say({ type: "running", unit, title: this.#titleOf(test) });
  }

  onTestEnd(test, result) {
    const unit = this.#unit(test);
    const again =
      result.status !== test.expectedStatus && result.status !== "skipped" && result.retry < test.retries;
    // Of tests that run one after another, those that had passed run again with the one that failed.
    if (unit === undefined || this.#told.has(test.id) || again) return;
    this.#told.add(test.id);
    say({ type: "test", unit, ...this.#resultOf(test, result) });
    const left = (this.#left.get(unit) ?? 1) - 1;
    this.#left.set(unit, left);
    if (left === 0) this.#end(unit);
  }

  onError(error) {
    const file = error.location?.file;
    const failure = failureOf(error, file);
    this.#errors.push(failure);
    for (const { unit, file: own } of units) if (own === file) this.#broken.set(unit, failure);
  }

  onEnd() {
    for (const unit of this.#left.keys()) this.#end(unit);
    for (const [unit, failure] of this.#broken) say({ type: "ended", unit, end: "broken", failure });
    // The driver starts anew with the others if files of their own are what is wrong.
    if (this.#broken.size > 0 || this.#errors.length === 0) return;
    for (const { unit } of units) say({ type: "ended", unit, end: "broken", failure: this.#errors[0] });
  }

  #end(unit) {
    if (!this.#broken.has(unit)) say({ type: "ended", unit, end: "done" });
  }

  printsToStdio() {
    return false;
  }

  #unit(test) {
    return unitOf.get(keyOf(test.location.file, this.#projectOf(test)));
  }

  #projectOf(test) {
    return this.#several ? (test.parent.project()?.name ?? "") : "";
  }

  #titleOf(test) {
    const [, project, , ...title] = test.titlePath();
    return [...(this.#several ? [`|${project}|`] : []), ...title];
  }

  #resultOf(test, result) {
    const failed = !test.ok() || (result.status !== test.expectedStatus && result.status !== "skipped");
    const annotation = test.annotations.find(({ type }) => type === "skip" || type === "fixme");
    const output = [...result.stdout, ...result.stderr].map(String).join("");
    return {
      title: this.#titleOf(test),
      outcome: result.status === "skipped" ? "skipped" : failed ? "failed" : "passed",
      ms: result.duration,
      ...(failed
        ? {
            failures: (result.errors.length > 0
              ? result.errors
              : [{ message: `it was expected to be ${test.expectedStatus}` }]
            ).map((error) => failureOf(error, test.location.file)),
          }
        : {}),
      ...(annotation?.description === undefined ? {} : { reason: annotation.description }),
      ...(result.retry > 0 ? { retries: result.retry } : {}),
      ...(output === "" ? {} : { output: output.slice(0, 64_000) }),
    };
  }
};

function failureOf(error, file) {
  const message = error.message ?? String(error.value ?? "failed");
  const place = error.location;
  return {
    message,
    details: [error.stack ?? message, error.snippet ?? ""].join("\n").trim(),
    ...(place === undefined ? (file === undefined ? {} : { file }) : { file: place.file, line: place.line }),
  };
}
