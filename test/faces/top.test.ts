import { describe, expect, test } from "vitest";
import { caelumBin, runCaelum } from "../helpers/run-caelum.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { hasTmux, openPane } from "../helpers/tmux.ts";

const fleet = { "fleet.yaml": "hosts:\n  - name: here\n    local: true\n" };

describe("caelum fleet top", () => {
  test("where there is no terminal it is one look, as a table or as JSON", async () => {
    const cwd = temporaryFolder(fleet);
    const table = await runCaelum(["fleet", "top"], { cwd });
    expect(table).toMatchObject({ exitCode: 0, stderr: "" });
    expect(table.stdout).toMatch(/^host +state +cores +load .*\nhere +up +\d+ /);
    const json = await runCaelum(["fleet", "top", "--once", "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ hosts: [{ host: "here", state: "up" }] });
  });

  test.skipIf(!hasTmux)("on a terminal it is live until q, and then everything is as it was", async () => {
    const cwd = temporaryFolder(fleet);
    const after = "echo exit $?; stty -a | grep -oE -- '-?(icanon|echo)\\b' | tr '\\n' ' '; echo =====";
    const pane = await openPane(`cd ${cwd}; ${process.execPath} ${caelumBin} fleet top; ${after}`, {
      columns: 80,
      rows: 24,
    });
    const shown = await pane.shows(/ here +up +\d+ +[█░]{10} +\d+\.\d/);
    expect(shown).toMatch(/^ fleet {3}1 of 1 hosts up +\d+ cores/);
    await pane.resize(50, 10);
    await pane.shows(/ here +up +\d+ +\d+\.\d/);
    await pane.keys("q");
    expect(await pane.shows(/=====/)).toBe("exit 0\nicanon echo =====");
  });
});
