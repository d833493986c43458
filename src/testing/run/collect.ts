import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { HostPool } from "#crew";
import { CaelumError, throwIfAborted } from "#kernel";
import type { CollectedCoverage } from "../coverage/index.ts";
import type { TestMachine } from "./machine.ts";

export interface Collected {
  coverage: CollectedCoverage[];
  /** `platform|unit` → files below the artifacts folder, with `/`. */
  artifacts: Map<string, string[]>;
}

export interface CollectPort {
  pool: HostPool<TestMachine>;
  readonly platformOf: (host: string) => string | undefined;
  /** Absolute; undefined: no artifacts are wanted. */
  folder: string | undefined;
  signal: AbortSignal;
  /** What is missing and why, for people. */
  readonly note: (text: string, host: string) => void;
}

/** What hosts have that outlives the run. A host that is gone takes its part with it, which is said. */
export async function collectFiles(port: CollectPort): Promise<Collected> {
  const collected: Collected = { coverage: [], artifacts: new Map() };
  const hosts = port.pool.all.filter(({ name }) => port.platformOf(name) !== undefined);
  await Promise.all(
    hosts.map(async (host) => {
      try {
        if (!host.isOpen) throw new CaelumError("CAELUM_SESSION_LOST", "fleet", "it is gone");
        const { work } = await host.open();
        await work.use((program) => collectFrom(program, host.name, collected, port));
      } catch (error) {
        throwIfAborted(port.signal);
        if (!(error instanceof CaelumError)) throw error;
        port.note(`what it measured and kept is missing: ${error.message}`, host.name);
      }
    }),
  );
  return collected;
}

async function collectFrom(
  program: Parameters<Parameters<TestMachine["use"]>[0]>[0],
  host: string,
  { coverage, artifacts }: Collected,
  { platformOf, folder, signal }: CollectPort,
): Promise<void> {
  const platform = platformOf(host)!;
  for await (const { what, bytes } of program.collect(signal)) {
    if (what.kind === "coverage") {
      const { root, project, name } = what;
      coverage.push({ host, root, project, name, text: bytes.toString("utf8") });
    } else if (folder !== undefined) {
      const [, , file = "unit"] = what.unit.split("|");
      const name = path.posix.join(platform, host, safe(file), safe(what.name));
      const target = path.join(folder, ...name.split("/"));
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, bytes);
      const key = `${platform}|${what.unit}`;
      artifacts.set(key, [...(artifacts.get(key) ?? []), name]);
    }
  }
}

/** A host names files; they stay below our folder, and are names that every system can hold. */
function safe(file: string): string {
  return path.posix
    .normalize(`/${file.replaceAll("\\", "/")}`)
    .slice(1)
    .replaceAll(/[<>:"|?*\p{Cc}]/gu, "_");
}
