import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, linkSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { PathGuard, PathMissingError, PathRefusedError } from "#security";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const posix = process.platform !== "win32";
const isRoot = process.getuid?.() === 0;

/** A root with links of every kind, and a neighbour that must not be reached. */
function scene(): { root: string; outside: string; guard: PathGuard } {
  const folder = temporaryFolder({
    "root/a.py": "a = 1\n",
    "root/src/b.py": "b = 1\n",
    "root/..hidden/c.py": "c = 1\n",
    "outside/secret.txt": "secret",
    "root-evil/secret.txt": "secret",
  });
  const root = path.join(folder, "root");
  const outside = path.join(folder, "outside");
  const link = (target: string, name: string): void => symlinkSync(target, path.join(root, name));
  link("../outside/secret.txt", "file-out");
  link(path.join(outside, "secret.txt"), "file-out-absolute");
  link("../outside", "folder-out");
  link("../../..", "up");
  link("/", "slash");
  link("/etc", "etc");
  link("/proc/self/root", "proc-root");
  link("/proc/self/fd", "descriptors");
  link("loop-b", "loop-a");
  link("loop-a", "loop-b");
  link("self", "self");
  link("../outside/not-yet", "dangling-out");
  link("nowhere", "dangling-in");
  link("folder-out", "chain-1");
  link("chain-1", "chain-2");
  link("../root-evil/secret.txt", "sibling");
  link("a.py", "file-in");
  link("src", "folder-in");
  return { root, outside, guard: new PathGuard([root]) };
}

const refused = [
  "..",
  "../",
  "../outside/secret.txt",
  "../root-evil/secret.txt",
  "src/../../outside/secret.txt",
  "./../outside/secret.txt",
  "src/./.././../outside",
  "../../../../../../../../etc/passwd",
  "/etc/passwd",
  "/",
  "//etc/passwd",
  "\\\\server\\share\\file",
  "/proc/self/environ",
  "/proc/self/cwd/../../etc/passwd",
  "file-out",
  "file-out-absolute",
  "folder-out",
  "folder-out/secret.txt",
  "folder-out/not-yet.txt",
  "folder-out/deep/er/not-yet.txt",
  "up",
  "up/etc/passwd",
  "slash/etc/passwd",
  "slash/not-yet",
  "etc/passwd",
  "etc/not-yet",
  "proc-root/etc/passwd",
  "descriptors/0",
  "loop-a",
  "loop-a/x",
  "self",
  "self/x",
  "dangling-out",
  "dangling-out/x",
  "dangling-in",
  "chain-2/secret.txt",
  "chain-2/not-yet",
  "sibling",
  "src/../folder-out/secret.txt",
  "folder-in/../../outside/secret.txt",
  "a\0.py",
  "a.py\0/../../outside/secret.txt",
  "",
  "~",
  "~/.ssh/id_ed25519",
  "~root/.bashrc",
  "file:///etc/passwd",
  "http://169.254.169.254/latest",
  `${"a/".repeat(3000)}b`,
  "\uD800",
];

describe.skipIf(!posix)("the path guard", () => {
  it.each(refused)("refuses %j", (given) => {
    const { guard } = scene();
    expect(() => guard.resolve(given)).toThrow(PathRefusedError);
  });

  it("lets through what lies in the root, by whatever way it is named", () => {
    const { guard, root } = scene();
    for (const [given, relative] of [
      ["a.py", "a.py"],
      ["./a.py", "a.py"],
      ["src/../a.py", "a.py"],
      [path.join(root, "src/b.py"), "src/b.py"],
      ["file-in", "a.py"],
      ["folder-in/b.py", "src/b.py"],
      ["..hidden/c.py", "..hidden/c.py"],
      [".", "."],
      ["src//b.py", "src/b.py"],
    ] as const) {
      expect(guard.existing(given)).toMatchObject({ relative, root });
    }
  });

  it("tells a file that is missing from one that is refused", () => {
    const { guard } = scene();
    expect(() => guard.existing("src/none.py")).toThrow(PathMissingError);
    expect(() => guard.existing("a.py/none")).toThrow(PathMissingError);
    expect(guard.resolve("src/new/none.py")).toMatchObject({ relative: "src/new/none.py", stats: undefined });
  });

  it("does not take a folder for the root because its name begins alike", () => {
    const { guard, root } = scene();
    expect(() => guard.resolve(`${root}-evil/secret.txt`)).toThrow(PathRefusedError);
  });

  it("follows a root that is a link itself, and works in several roots", () => {
    const { root, outside } = scene();
    const link = `${root}-link`;
    symlinkSync(root, link);
    const guard = new PathGuard([link, outside]);
    expect(guard.roots).toEqual([root, outside]);
    expect(guard.existing("secret.txt")).toMatchObject({ root: outside });
    expect(guard.existing(path.join(link, "a.py"))).toMatchObject({ root, relative: "a.py" });
    expect(guard.existing("folder-out/secret.txt")).toMatchObject({ root: outside });
  });

  it("reads an ordinary file and nothing else", () => {
    const { guard, root } = scene();
    expect(Buffer.from(guard.read("a.py", 100).bytes).toString()).toBe("a = 1\n");
    expect(() => guard.read("a.py", 3)).toThrow(/more than the 3/);
    expect(() => guard.read("src", 100)).toThrow(PathRefusedError);
    execFileSync("mkfifo", [path.join(root, "pipe")]);
    expect(() => guard.read("pipe", 100)).toThrow(/no ordinary file/);
  });

  it("does not open a link that has taken a file's place since it was looked at", () => {
    const { guard, root, outside } = scene();
    const swap = (): void => {
      renameSync(path.join(root, "src"), path.join(root, "src-before"));
      symlinkSync(outside, path.join(root, "src"));
    };
    writeFileSync(path.join(root, "src/secret.txt"), "ours");
    const { real } = guard.existing("src/secret.txt");
    swap();
    expect(() => guard.read(real, 100)).toThrow(PathRefusedError);
  });

  it.skipIf(!isRoot)("refuses what another user has put there, but not what the root's owner has", () => {
    const { guard, root } = scene();
    const file = path.join(root, "a.py");
    chownSync(file, 4242, 4242);
    expect(() => guard.existing("a.py")).toThrow(/another user/);
    chownSync(root, 4242, 4242);
    expect(new PathGuard([root]).existing("a.py")).toMatchObject({ relative: "a.py" });
  });

  it("names what cannot be a root", () => {
    const { root } = scene();
    expect(() => new PathGuard([path.join(root, "a.py")])).toThrow(/is not a folder/);
    expect(() => new PathGuard([path.join(root, "none")])).toThrow(/cannot be used/);
  });

  it("sees no difference in hard links, and says so in its own description only", () => {
    const { guard, root } = scene();
    mkdirSync(path.join(root, "hard"));
    linkSync(path.join(root, "a.py"), path.join(root, "hard/a.py"));
    chmodSync(path.join(root, "hard/a.py"), 0o600);
    expect(guard.existing("hard/a.py")).toMatchObject({ relative: "hard/a.py" });
  });
});

it.skipIf(!posix)("refuses a path that was let through once it leads out, or through another folder", () => {
  const { root, outside, guard } = scene();
  expect(guard.existing("src/b.py").relative).toBe("src/b.py");
  expect(guard.existing("src/b.py").relative).toBe("src/b.py");
  // The very same file, reached by a link that leads out.
  renameSync(path.join(root, "src"), path.join(outside, "src"));
  symlinkSync("../outside/src", path.join(root, "src"));
  expect(() => guard.existing("src/b.py")).toThrow(PathRefusedError);
  expect(guard.existing("a.py").relative).toBe("a.py");
  renameSync(path.join(root, "a.py"), path.join(outside, "a.py"));
  expect(() => guard.existing("a.py")).toThrow(PathMissingError);
});
