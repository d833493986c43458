import "./host/node-20.ts";
import { serveTests } from "./host/serve.ts";

/** The program that runs tests on a host: `node testing.cjs HOME`, HOME: the agent's folder. It ends with its input. */
serveTests(process.argv[2] ?? "", process.stdin, process.stdout);
