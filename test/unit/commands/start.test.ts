import { readFileSync } from "node:fs";
import path from "node:path";
import { Linter } from "eslint";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { caelumBin, projectRoot, runCaelum } from "../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const { version } = JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8")) as {
  version: string;
};

/** Runs the entry file as if in another version of Node. */
async function runAsNode(version: string) {
  const folder = temporaryFolder({
    "pretend.cjs": `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`,
  });
  const preload = path.join(folder, "pretend.cjs");
  return execa(process.execPath, ["--require", preload, caelumBin, "--version"], { reject: false });
}

describe("bin/caelum.js", () => {
  test.each(["--version", "-V"])("%s prints the version of the package", async (flag) => {
    expect(await runCaelum([flag])).toMatchObject({ stdout: `${version}\n`, stderr: "", exitCode: 0 });
  });

  test("the version is the same when other options make the whole command tree load", async () => {
    expect(await runCaelum(["--quiet", "--version"])).toMatchObject({ stdout: `${version}\n`, exitCode: 0 });
  });

  test.each(["8.17.0", "20.20.2", "22.17.1", "23.11.0"])(
    "Node %s is told which versions work",
    async (node) => {
      const { stdout, stderr, exitCode } = await runAsNode(node);
      expect(stderr).toContain(
        `caelum needs Node 22.18 or newer in the 22 line, or Node 24 or newer; this is Node ${node}`,
      );
      expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    },
  );

  test.each(["22.18.0", "24.0.0", "25.1.0"])("Node %s is let in", async (node) => {
    expect(await runAsNode(node)).toMatchObject({ exitCode: 0, stdout: version });
  });

  test("the file that checks the version is syntax of 2009, so that any Node can read it", () => {
    const code = readFileSync(caelumBin, "utf8").replace(/^#!.*/, "");
    const options = { languageOptions: { ecmaVersion: 5, sourceType: "script" } } as const;
    expect(new Linter().verify(code, options)).toEqual([]);
  });

  test("without a home folder it starts all the same", async () => {
    const { stdout, exitCode } = await runCaelum(["--quiet", "--version"], {
      env: { HOME: path.join(temporaryFolder(), "missing"), NODE_COMPILE_CACHE: "" },
    });
    expect({ stdout, exitCode }).toEqual({ stdout: `${version}\n`, exitCode: 0 });
  });
});
