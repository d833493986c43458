import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "smol-toml";
import {
  apply,
  type Assistant,
  assistants,
  type Place,
  planInstall,
  planUninstall,
} from "../../../src/assistants/index.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const server = { command: "caelum", args: ["mcp", "--read-only"] };

function place(): Place & { state: string } {
  const home = temporaryFolder();
  const cwd = path.join(home, "project");
  mkdirSync(cwd);
  return { cwd, env: { HOME: home }, platform: "linux", state: path.join(home, "state") };
}

function assistant(id: string): Assistant {
  return assistants.find((one) => one.id === id)!;
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

describe.each(assistants.map(({ id }) => id))("%s", (id) => {
  test("gets the server into a file of its own, and the file goes with it", async () => {
    const at = place();
    const plan = await planInstall(assistant(id), "user", at, server);
    await apply(plan, at.state);
    const text = readFileSync(plan.file, "utf8");
    const content = (assistant(id).format === "json" ? JSON.parse(text) : parse(text)) as Record<
      string,
      never
    >;
    expect(content[assistant(id).key[0]!]).toEqual({ caelum: { ...assistant(id).entry, ...server } });
    await apply(await planUninstall(assistant(id), "user", at, at.state), at.state);
    expect(existsSync(plan.file)).toBe(false);
  });

  test("has its former bytes back, whatever they were", async () => {
    const at = place();
    const file = assistant(id).file("user", at)!;
    const [key] = assistant(id).key;
    const former =
      assistant(id).format === "json"
        ? `{\n\t// mine\n\t"theme": "dark",\n\t"${key}": { "other": {"command": "x"}, },\n}`
        : `# mine\nmodel = "o"   # best\n\n[${key}.other]\ncommand = "x"\n`;
    write(file, former);
    await apply(await planInstall(assistant(id), "user", at, server), at.state);
    expect(readFileSync(file, "utf8")).toContain("mine");
    expect(readFileSync(file, "utf8")).not.toBe(former);
    await apply(await planUninstall(assistant(id), "user", at, at.state), at.state);
    expect(readFileSync(file, "utf8")).toBe(former);
  });

  test("loses only the entry when somebody has changed the file since", async () => {
    const at = place();
    const file = assistant(id).file("user", at)!;
    await apply(await planInstall(assistant(id), "user", at, server), at.state);
    const changed =
      assistant(id).format === "json"
        ? readFileSync(file, "utf8").replace("{", '{\n  "added": true,')
        : `added = true\n${readFileSync(file, "utf8")}`;
    write(file, changed);
    await apply(await planUninstall(assistant(id), "user", at, at.state), at.state);
    const left = readFileSync(file, "utf8");
    expect(left).toContain("added");
    expect(left).not.toContain("caelum");
  });
});

test("a second installation changes nothing", async () => {
  const at = place();
  await apply(await planInstall(assistant("cursor"), "project", at, server), at.state);
  const again = await planInstall(assistant("cursor"), "project", at, server);
  expect(again.after).toBe(again.before);
});

test("another entry of that name is shown before it is replaced", async () => {
  const at = place();
  write(assistant("cursor").file("user", at)!, '{"mcpServers":{"caelum":{"command":"old"}}}');
  const plan = await planInstall(assistant("cursor"), "user", at, server);
  expect(plan.replaces).toEqual({ command: "old" });
});

test("a file with a mistake is named with its place, and is left alone", async () => {
  const at = place();
  const file = assistant("vscode").file("project", at)!;
  write(file, '{\n  "servers": {\n    oops\n  }\n}');
  await expect(planInstall(assistant("vscode"), "project", at, server)).rejects.toThrow(/mcp\.json:3:5/);
  write(assistant("codex").file("user", at)!, "a = \n");
  await expect(planInstall(assistant("codex"), "user", at, server)).rejects.toThrow(/config\.toml:1:\d/);
});

test("a file that changes between plan and deed is not overwritten", async () => {
  const at = place();
  const plan = await planInstall(assistant("cursor"), "user", at, server);
  write(plan.file, "{}");
  await expect(apply(plan, at.state)).rejects.toThrow("changed by somebody else");
  expect(readFileSync(plan.file, "utf8")).toBe("{}");
});

test("a link stays a link, and the mode stays", async () => {
  const at = place();
  const file = assistant("zed").file("user", at)!;
  const real = path.join(at.cwd, "dotfiles-settings.json");
  write(real, "{}");
  chmodSync(real, 0o640);
  mkdirSync(path.dirname(file), { recursive: true });
  symlinkSync(real, file);
  await apply(await planInstall(assistant("zed"), "user", at, server), at.state);
  expect(readFileSync(real, "utf8")).toContain("caelum");
  expect(statSync(real).mode & 0o777).toBe(0o640);
});

test("an assistant without a project's configuration says so", async () => {
  await expect(planInstall(assistant("codex"), "project", place(), server)).rejects.toThrow(
    "no configuration of a project",
  );
});
