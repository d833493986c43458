import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import { debianPackage } from "../../test/helpers/testing/real-suites.ts";
import type { Lab } from "../../test/lab/lab.ts";
import { runCommand } from "./run-command.ts";

/** How a suite is spread over the same hosts by what its own runner has for that. The tree lies there already. */
export interface OtherSplit {
  name: string;
  /** Milliseconds of the whole, from the command to its end. */
  run(lab: Lab, hosts: readonly string[]): Promise<number>;
}

/** Where `placeOn` puts the tree, in the home folder of a host. */
const folder = "suite";

export function placeOn(lab: Lab, hosts: readonly string[], project: string): void {
  for (const name of hosts) {
    const target = path.join(lab.home(name), folder);
    rmSync(target, { recursive: true, force: true });
    cpSync(project, target, { recursive: true, verbatimSymlinks: true });
  }
}

export const otherSplits: Readonly<Record<string, OtherSplit>> = {
  "find-my-way": shards(
    "node --test --test-shard, by ssh",
    (shard) =>
      `node --test --test-concurrency=1 --test-shard=${shard} $(find test -name '*.test.js' | sort) >/dev/null`,
  ),
  zod: shards(
    "vitest --shard, by ssh",
    (shard) =>
      `node node_modules/vitest/vitest.mjs run --maxWorkers=1 --shard=${shard} --reporter=dot >/dev/null 2>&1`,
  ),
  networkx: { name: "pytest-xdist --tx ssh", run: overXdist },
};

/** Each host its shard, all at once; done when the last one is. Failing tests are its business. */
function shards(name: string, command: (shard: string) => string): OtherSplit {
  return {
    name,
    async run(lab, hosts) {
      const start = performance.now();
      const ends = await Promise.all(
        hosts.map((host, index) =>
          ssh(
            lab,
            host,
            `cd ${folder} && PATH=${path.dirname(process.execPath)}:$PATH; ${command(`${index + 1}/${hosts.length}`)}`,
          ),
        ),
      );
      const broken = ends.find(({ exitCode }) => exitCode !== 0 && exitCode !== 1);
      if (broken !== undefined) throw new Error(`a shard ended with ${broken.exitCode}: ${broken.stderr}`);
      return performance.now() - start;
    },
  };
}

function ssh(lab: Lab, host: string, command: string): ReturnType<typeof runCommand> {
  return runCommand("ssh", ["-F", lab.configFile, "-o", "BatchMode=yes", host, command]);
}

/** One pytest here hands tests to an interpreter on each host. */
async function overXdist(lab: Lab, hosts: readonly string[]): Promise<number> {
  const found = await Promise.all([
    debianPackage("python3-pytest-xdist"),
    debianPackage("python3-execnet"),
    debianPackage("python3-pytest-forked"),
  ]);
  const packages = found.map((each) => path.join(each, "usr/lib/python3/dist-packages")).join(":");
  const [first = ""] = hosts;
  const workers = hosts.flatMap((host) => [
    "--tx",
    `ssh=-F ${lab.configFile} ${host}//python=env PYTHONPATH=${packages} /usr/bin/python3//chdir=${folder}`,
  ]);
  const start = performance.now();
  const { exitCode, stdout, stderr } = await runCommand(
    "/usr/bin/python3",
    ["-m", "pytest", "-p", "xdist", "-q", "--tb=no", "--dist=load", ...workers],
    { cwd: path.join(lab.home(first), folder), env: { PYTHONPATH: packages } },
  );
  if (exitCode !== 0 && exitCode !== 1)
    throw new Error(`pytest-xdist ended with ${exitCode}: ${(stdout + stderr).slice(-2000)}`);
  return performance.now() - start;
}
