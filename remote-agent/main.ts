import { serve } from "./agent.ts";
import { watchAndReap } from "./reaper.ts";
import { bootWorker } from "./worker-boot.ts";

/**
 * The program that runs on hosts, in one file, without dependencies, for Node 20 and newer. It starts as
 *
 *     node agent.cjs NONCE HOME   an agent on stdin and stdout; HOME: its folder
 *     node agent.cjs worker       (by itself) a worker process that waits for its bundle
 *     node agent.cjs reaper       (by itself, on Windows) ends what a killed agent left behind
 */
const [mode, home] = process.argv.slice(2);
if (mode === "worker") bootWorker();
else if (mode === "reaper") watchAndReap();
else if (mode !== undefined && home !== undefined) serve(mode, home);
else {
  process.stderr.write("usage: agent.cjs NONCE HOME\n");
  process.exitCode = 2;
}
