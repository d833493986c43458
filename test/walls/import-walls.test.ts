import { copyFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { projectRoot } from "../helpers/run-caelum.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const forbidden: readonly (readonly [file: string, specifier: string])[] = [
  ["src/kernel/planted.ts", "#protocol"],
  ["src/kernel/planted.ts", "#analysis"],
  ["src/kernel/planted.ts", "../protocol/frame.ts"],
  ["src/paths/planted.ts", "#kernel"],
  ["src/assistants/planted.ts", "#config"],
  ["src/mcp-servers/planted.ts", "#fleet"],
  ["src/config/planted.ts", "#faces"],
  ["src/protocol/planted.ts", "#kernel"],
  ["src/protocol/planted.ts", "../kernel/errors.ts"],
  ["src/protocol/planted.ts", "valibot"],
  ["src/fleet/planted.ts", "#agents"],
  ["src/fleet/ssh/planted.ts", "../../kernel/errors.ts"],
  ["src/agents/planted.ts", "#analysis"],
  ["src/agents/planted.ts", "#fleet/transport"],
  ["src/schedule/planted.ts", "#crew"],
  ["src/crew/planted.ts", "#analysis"],
  ["src/crew/planted.ts", "#testing"],
  ["src/testing/planted.ts", "#analysis"],
  ["src/analysis/planted.ts", "#testing"],
  ["src/analysis/planted.ts", "#faces"],
  ["src/analysis/planted.ts", "#faces/terminal"],
  ["src/analysis/planted.ts", "../../commands/context.ts"],
  ["src/analysis/planted.ts", "../../remote-agent/agent.ts"],
  ["src/workflow/planted.ts", "#insights"],
  ["src/faces/planted.ts", "../../commands/version.ts"],
  ["src/faces/planted.ts", "../analysis/facts.ts"],
  ["commands/planted.ts", "../src/kernel/errors.ts"],
  ["commands/cache/planted.ts", "../../src/kernel/index.ts"],
  ["commands/planted.ts", "../remote-agent/agent.ts"],
  ["remote-agent/planted.ts", "#kernel"],
  ["remote-agent/planted.ts", "../src/protocol/frame.ts"],
  ["remote-agent/planted.ts", "execa"],
];

const allowed: readonly (readonly [file: string, specifier: string])[] = [
  ["src/kernel/planted.ts", "./errors.ts"],
  ["src/kernel/planted.ts", "valibot"],
  ["src/paths/planted.ts", "./git-pattern.ts"],
  ["src/config/sections/planted.ts", "#kernel"],
  ["src/config/sections/planted.ts", "../setting.ts"],
  ["src/protocol/planted.ts", "./frame.ts"],
  ["src/protocol/planted.ts", "node:events"],
  ["src/fleet/planted.ts", "#kernel"],
  ["src/agents/planted.ts", "#fleet"],
  ["src/agents/planted.ts", "#protocol"],
  ["src/crew/planted.ts", "#schedule"],
  ["src/analysis/run/planted.ts", "#crew"],
  ["src/testing/run/planted.ts", "#crew"],
  ["src/analysis/parse/planted.ts", "#agents"],
  ["src/analysis/parse/planted.ts", "../facts.ts"],
  ["src/analysis/planted.ts", "#paths"],
  ["src/testing/sync/planted.ts", "#paths"],
  ["src/faces/progress/planted.ts", "#faces/terminal"],
  ["src/faces/planted.ts", "#analysis"],
  ["src/faces/planted.ts", "#config"],
  ["commands/config/planted.ts", "#faces"],
  ["commands/config/planted.ts", "../context.ts"],
  ["remote-agent/planted.ts", "#protocol"],
  ["remote-agent/planted.ts", "./blob-store.ts"],
  ["remote-agent/planted.ts", "node:fs"],
];

/** Which of these files the project's own lint configuration finds a wall in. */
async function filesWithErrors(files: Readonly<Record<string, string>>): Promise<Set<string>> {
  const folder = temporaryFolder(files);
  copyFileSync(path.join(projectRoot, ".oxlintrc.json"), path.join(folder, ".oxlintrc.json"));
  const oxlint = path.join(projectRoot, "node_modules/.bin/oxlint");
  const { stdout } = await execa(oxlint, ["--format=json"], { cwd: folder, reject: false });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] };
  return new Set(
    diagnostics.filter(({ code }) => code.includes("no-restricted-imports")).map(({ filename }) => filename),
  );
}

/** One file per planted import, so that one run of the linter answers for all. */
function planted(imports: typeof forbidden): Record<string, string> {
  return Object.fromEntries(
    imports.map(([file, specifier], index) => [
      file.replace("planted", `planted-${index}`),
      `import * as planted from "${specifier}";\nexport const used = planted;\n`,
    ]),
  );
}

describe("walls between slices", () => {
  test("every import against the direction, or past a door, fails lint", async () => {
    const files = planted(forbidden);
    const found = await filesWithErrors(files);
    const unnoticed = Object.entries(files).filter(([file]) => !found.has(file));
    expect(unnoticed).toEqual([]);
  });

  test("imports along the direction pass lint", async () => {
    const files = planted(allowed);
    expect([...(await filesWithErrors(files))].map((file) => [file, files[file]])).toEqual([]);
  });
});
