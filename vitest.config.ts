import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Tests start real processes; machines with two busy cores are slow at that.
    testTimeout: 60_000,
    // Most of a test is waiting for processes: one file at a time would leave a small machine idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    hookTimeout: 60_000,
    globalSetup: ["test/helpers/global-setup.ts"],
    // A test's colours, cache and configuration are its own, whatever the person's shell says.
    env: { NO_COLOR: "", FORCE_COLOR: "", CI: "" },
  },
});
