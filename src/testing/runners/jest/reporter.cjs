"use strict";

// Jest loads this by its path, in the process of our driver.
module.exports = class {
  #driver = globalThis[Symbol.for("caelum.jest")];

  onTestFileStart(test) {
    this.#driver.fileStarted(test);
  }

  onTestCaseStart(test, started) {
    this.#driver.testStarted(test, started);
  }

  onTestCaseResult(test, result) {
    this.#driver.testEnded(test, result);
  }

  onTestFileResult(test, result) {
    this.#driver.fileEnded(test, result);
  }
};
