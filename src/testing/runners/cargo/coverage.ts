import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import os from "node:os";
import path from "node:path";
import { findProgram } from "../common/programs.ts";
import { runToEnd } from "../common/run-to-end.ts";
import type { RequiredTool, RunnerContext } from "../runner.ts";

type Environment = Readonly<Record<string, string>>;

/**
 * Coverage of Rust: `-C instrument-coverage` has binaries write profiles, which LLVM's tools make into lcov.
 * https://doc.rust-lang.org/rustc/instrument-coverage.html
 */
export const rustCoverage: RequiredTool = {
  name: "llvm-profdata and llvm-cov that understand this Rust",
  check: async (folder, env) => (await llvmTools(folder, env)) !== undefined,
  hint: "rustup component add llvm-tools, or set LLVM_PROFDATA and LLVM_COV to those of an LLVM as new as Rust's",
};

/** How things are built for it: apart from what is not measured, where `cargo llvm-cov` has it, too. */
export function instrumented({ project, env, scratch, coverage }: RunnerContext): Environment {
  if (coverage === undefined) return env;
  const target = env["CARGO_TARGET_DIR"] ?? path.join(project.folder, "target");
  return {
    ...env,
    RUSTFLAGS: [env["RUSTFLAGS"] ?? "", "-C instrument-coverage"].join(" ").trim(),
    CARGO_TARGET_DIR: path.resolve(project.folder, target, "llvm-cov-target"),
    // Build scripts are measured, too, and nobody wants to know.
    LLVM_PROFILE_FILE: path.join(scratch, "build-%p-%m.profraw"),
  };
}

/** Where the binary of a unit is to write while it runs. */
export function profiles(context: RunnerContext): { env: Environment; folder: string } {
  const folder = path.join(context.scratch, `profiles-${randomUUID()}`);
  return { folder, env: { LLVM_PROFILE_FILE: path.join(folder, "%p-%m.profraw") } };
}

/** Writes what the profiles of a binary say as one lcov file; nothing where it was killed before it wrote any. */
export async function writeLcov(
  { project, env, coverage }: RunnerContext,
  executable: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const raw = filesIn(folder);
  const tools = raw.length === 0 ? undefined : await llvmTools(project.folder, env);
  if (tools === undefined || coverage === undefined) return;
  const data = path.join(folder, "all.profdata");
  const options = { cwd: project.folder, env, timeoutMs: 600_000 };
  const run = (program: string, args: readonly string[]) => runToEnd({ ...options, program, args }, signal);
  await run(tools.profdata, ["merge", "-sparse", ...raw, "-o", data]);
  const exported = await run(tools.cov, ["export", "--format=lcov", `--instr-profile=${data}`, executable]);
  mkdirSync(coverage, { recursive: true });
  if (exported.end.code === 0)
    writeFileSync(path.join(coverage, `cargo-${randomUUID()}.lcov`), withoutFunctions(exported.stdout));
  rmSync(folder, { recursive: true, force: true });
}

/** Their names are mangled, with a hash of the crate that differs from host to host: merged, each would be several. */
function withoutFunctions(lcov: string): string {
  return lcov.replaceAll(/^FN(?:DA|F|H)?:.*\n/gm, "");
}

interface LlvmTools {
  profdata: string;
  cov: string;
}

const known = new Map<string, Promise<LlvmTools | undefined>>();

function llvmTools(folder: string, env: Environment): Promise<LlvmTools | undefined> {
  const key = JSON.stringify([folder, env["PATH"], env["LLVM_PROFDATA"], env["LLVM_COV"]]);
  const found = known.get(key) ?? firstThatReads(folder, env);
  known.set(key, found);
  return found;
}

/** LLVM's formats change: whether tools fit is known when they have read what this Rust writes. */
async function firstThatReads(folder: string, env: Environment): Promise<LlvmTools | undefined> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "caelum-llvm-"));
  const run = async (program: string, args: readonly string[], more: Environment = {}) => {
    const options = { cwd: folder, env: { ...env, ...more }, timeoutMs: 60_000 };
    return runToEnd({ ...options, program, args }, new AbortController().signal);
  };
  try {
    const source = path.join(scratch, "probe.rs");
    const binary = path.join(scratch, `probe${process.platform === "win32" ? ".exe" : ""}`);
    writeFileSync(source, "fn main() {}\n");
    const built = await run("rustc", ["-C", "instrument-coverage", "-o", binary, source]);
    if (built.end.code !== 0) return undefined;
    const profile = path.join(scratch, "probe.profraw");
    await run(binary, [], { LLVM_PROFILE_FILE: profile });
    for (const tools of await candidates(folder, env)) {
      const data = path.join(scratch, "probe.profdata");
      const merged = await run(tools.profdata, ["merge", "-sparse", profile, "-o", data]);
      if (merged.end.code !== 0) continue;
      const read = await run(tools.cov, ["export", "--format=lcov", `--instr-profile=${data}`, binary]);
      if (read.end.code === 0 && read.stdout.includes("SF:")) return tools;
    }
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Those that the environment names, rustup's, then those of the system, newest first. */
async function candidates(folder: string, env: Environment): Promise<LlvmTools[]> {
  const options = {
    program: "rustc",
    args: ["--print", "target-libdir"],
    cwd: folder,
    env,
    timeoutMs: 60_000,
  };
  const { stdout } = await runToEnd(options, new AbortController().signal);
  const own = path.join(path.dirname(stdout.trim()), "bin");
  const versions = ["", ...Array.from({ length: 30 }, (_, index) => `-${45 - index}`)];
  const find = (version: string, ...folders: string[]): LlvmTools[] => {
    const [profdata, cov] = ["llvm-profdata", "llvm-cov"].map((name) =>
      findProgram(`${name}${version}`, folders.length === 0 ? env : {}, folders),
    );
    return profdata === undefined || cov === undefined ? [] : [{ profdata, cov }];
  };
  const { LLVM_PROFDATA: profdata, LLVM_COV: cov } = env;
  const given = profdata === undefined || cov === undefined ? [] : [{ profdata, cov }];
  return [...given, ...find("", own), ...versions.flatMap((version) => find(version))];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}
