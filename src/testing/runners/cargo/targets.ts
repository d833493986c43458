import * as v from "valibot";

const artifact = v.object({
  reason: v.literal("compiler-artifact"),
  manifest_path: v.string(),
  target: v.object({
    name: v.string(),
    kind: v.array(v.string()),
    src_path: v.string(),
    doctest: v.optional(v.boolean(), false),
  }),
  profile: v.object({ test: v.boolean() }),
  executable: v.nullish(v.string()),
});

/** A test binary that cargo has built, or the library whose documentation holds tests. */
export interface CargoTarget {
  name: string;
  kind: string;
  /** Absolute. */
  source: string;
  /** Folder of its package, absolute. */
  folder: string;
  manifest: string;
  /** Absent for documentation. */
  executable?: string;
}

/** Reads the messages of `cargo test --no-run --message-format=json`. https://doc.rust-lang.org/cargo/reference/external-tools.html */
export function readTargets(messages: string): CargoTarget[] {
  const targets: CargoTarget[] = [];
  for (const line of messages.split("\n")) {
    if (!line.startsWith("{")) continue;
    const read = v.safeParse(artifact, parse(line));
    if (!read.success) continue;
    const { target, manifest_path: manifest, executable, profile } = read.output;
    if (!profile.test || executable === null || executable === undefined) continue;
    const folder = manifest.replace(/[\\/]Cargo\.toml$/, "");
    targets.push({
      name: target.name,
      kind: target.kind[0] ?? "bin",
      source: target.src_path,
      folder,
      manifest,
      executable,
    });
  }
  return targets;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Messages of the compiler, as it would print them; errors only. */
export function compilerErrors(messages: string): string {
  const shape = v.object({ message: v.object({ level: v.string(), rendered: v.string() }) });
  return messages
    .split("\n")
    .filter((line) => line.startsWith('{"reason":"compiler-message"'))
    .map((line) => v.safeParse(shape, parse(line)))
    .flatMap((read) =>
      read.success && read.output.message.level === "error" ? [read.output.message.rendered] : [],
    )
    .join("\n");
}
