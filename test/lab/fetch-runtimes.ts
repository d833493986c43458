/**
 * Puts Nodes for other systems into caelum's cache, from the npm registry, so that tests need not go there:
 *
 *     node test/lab/fetch-runtimes.ts Windows_NT AMD64     as `uname -s` and `uname -m` would say it
 */
import { cachedRuntime } from "../../src/agents/bootstrap/fetch-runtime.ts";
import { runtimeFor } from "../../src/agents/bootstrap/runtimes.ts";

const words = process.argv.slice(2);
for (let at = 0; at < words.length; at += 2) {
  const runtime = runtimeFor(words[at] ?? "", words[at + 1] ?? "", "-");
  if (runtime === undefined) throw new Error(`there is no Node for ${words[at]} on ${words[at + 1]}`);
  await cachedRuntime(runtime, AbortSignal.timeout(300_000));
  console.log(`${runtime.id} is there`);
}
