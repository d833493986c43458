import type { ProjectFolder } from "../runner.ts";

/** A folder of Rust whose tests nextest runs, and not `cargo test`: it has a configuration of it. */
export function usesNextest(project: ProjectFolder): boolean {
  return project.files.includes(".config/nextest.toml") && isRust(project);
}

export function isRust(project: ProjectFolder): boolean {
  return project.read("Cargo.toml") !== undefined && project.files.some((file) => file.endsWith(".rs"));
}

/** A workspace tests its members; a folder with a manifest of its own beside it is another workspace. */
export function runsMembers(outer: ProjectFolder): boolean {
  return /^\s*\[workspace\]/m.test(outer.read("Cargo.toml") ?? "");
}
