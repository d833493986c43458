import { createRequire } from "node:module";
import { compileFunction, constants } from "node:vm";
import { type FromWorker, type WorkerBoot, workerBootKey, workerProtocol } from "#protocol";
import { messageOf } from "./failure.ts";

/**
 * The beginning of every worker process: waits for the bundle, whose bytes the agent has hashed, and runs those
 * very bytes. Nothing is read from disk between the check and the start.
 */
export function bootWorker(): void {
  // The agent is gone: nobody waits for an answer.
  process.once("disconnect", () => process.exit(0));
  process.once("message", (message) => {
    const boot = message as WorkerBoot;
    try {
      if (boot.protocol !== workerProtocol)
        throw new Error(`worker protocol ${boot.protocol} is not known here`);
      Object.assign(globalThis, { [workerBootKey]: boot });
      run(new TextDecoder().decode(boot.source), boot.name);
    } catch (error) {
      const broken: FromWorker = {
        type: "broken",
        message: `"${boot.name}" cannot be loaded: ${messageOf(error)}`,
      };
      process.send?.(broken);
    }
  });
}

/** As Node runs a CommonJS file: with `require` for its built-in modules, and `import()` of them. */
function run(source: string, name: string): void {
  const require = createRequire(process.argv[1] ?? process.execPath);
  const module = { exports: {} };
  // Node before 20.12 has no such constant; its bundles must do without `import()`.
  const loader = constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const wrapped = compileFunction(source, ["exports", "require", "module", "__filename", "__dirname"], {
    filename: name,
    ...(loader === undefined ? {} : { importModuleDynamically: loader }),
  });
  Reflect.apply(wrapped, module.exports, [module.exports, require, module, name, ""]);
}
