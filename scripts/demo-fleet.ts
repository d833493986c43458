/**
 * `npm run demo:fleet [path]`: starts a throw-away fleet of three SSH hosts on this machine (sshd behind bubblewrap, no
 * root needed), analyses a real repository on it, and cleans up. Nothing leaves the machine.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Lab, whyNoLab } from "../test/lab/lab.ts";

const root = path.resolve(import.meta.dirname, "..");
const project = path.resolve(process.argv[2] ?? path.join(root, "node_modules/eslint"));

const reason = whyNoLab();
if (reason !== undefined) {
  console.error(`no fleet can be started here: ${reason}`);
  process.exit(1);
}
const lab = await Lab.start({ desk: {}, mini: { shell: "/bin/sh", noisy: true }, attic: {} });
try {
  const file = path.join(lab.folder, "fleet.yaml");
  const fleet = `sshConfig: ${lab.configFile}\nhosts:\n  - desk\n  - mini\n  - attic\n`;
  writeFileSync(file, fleet);
  console.error(`${file}:\n${fleet.replace(/^/gm, "  ")}`);
  const args = ["analyze", project, "--fleet", file, "--no-local", "--no-cache"];
  console.error(`$ caelum ${args.join(" ")}\n`);
  const child = spawn(process.execPath, [path.join(root, "bin/caelum.js"), ...args], { stdio: "inherit" });
  // ctrl-C reaches the child through the terminal; this process stays to clean up.
  process.on("SIGINT", () => undefined);
  const [code] = (await once(child, "close")) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  await lab.stop();
}
