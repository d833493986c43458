import path from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { bundleForNode } from "../../../helpers/bundle-for-node.ts";
import { projectRoot } from "../../../helpers/run-caelum.ts";

const program = path.resolve(import.meta.dirname, "../../../fixtures/parse/hot-wasm.ts");

// V8 crashes when it optimizes WASM under other flags than it was compiled with.
test.each([["never"], ["first"]])(
  "WASM of others runs on beside the parser, V8's flags set %s",
  async (when) => {
    const { stdout, signal } = await execa(process.execPath, [await bundleForNode(program), when], {
      cwd: projectRoot,
      reject: false,
    });
    expect({ stdout, signal }).toEqual({ stdout: "true", signal: undefined });
  },
);
