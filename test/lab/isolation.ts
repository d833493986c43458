import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { Oddity } from "./oddity.ts";

export const projectRoot = path.resolve(import.meta.dirname, "../..");

/** Each host has folders of its own in these places; a project that lies there must still be seen, for its Node. */
const isMasked = [homedir(), "/tmp", "/var/tmp", "/run"].some((folder) =>
  projectRoot.startsWith(`${folder}/`),
);

export interface IsolatedHost extends Pick<Oddity, "homeBytes" | "noNode"> {
  /** What the lab keeps for it. */
  folder: string;
  /** Seen from outside; inside it is everybody's home folder. */
  home: string;
}

/** Of a lab: one folder of all its hosts. */
export function sharedFolder(lab: string): string {
  return path.join(lab, "shared");
}

/** The command in namespaces of its own: processes, home folder, temporary files, who may log in. */
export function isolatedCommand(command: readonly string[], host: IsolatedHost): string[] {
  const { homeBytes, noNode } = host;
  const shared = sharedFolder(path.dirname(host.folder));
  const home =
    homeBytes === undefined
      ? ["--bind", host.home, homedir()]
      : ["--size", String(homeBytes), "--tmpfs", homedir()];
  const folders = (process.env["PATH"] ?? "").split(":").concat("/usr/local/bin", "/usr/bin", "/bin");
  const nodes = folders.map((folder) => path.join(folder, "node")).filter((file) => existsSync(file));
  const hidden = noNode === true ? [...new Set(nodes.map((file) => realpathSync(file)))] : [];
  const isolation = [
    "--die-with-parent",
    "--unshare-pid",
    "--dev-bind",
    "/",
    "/",
    "--proc",
    "/proc",
    ...home,
    "--tmpfs",
    "/tmp",
    "--tmpfs",
    "/var/tmp",
    "--tmpfs",
    "/run",
    "--dir",
    "/run/sshd",
    // libfaketime leaves files there.
    "--tmpfs",
    "/dev/shm",
    "--bind",
    host.folder,
    host.folder,
    "--bind",
    shared,
    shared,
    ...(isMasked ? ["--ro-bind", projectRoot, projectRoot] : []),
    "--ro-bind",
    path.join(host.folder, "passwd"),
    "/etc/passwd",
    ...hidden.flatMap((file) => ["--ro-bind", "/dev/null", file]),
  ];
  return ["bwrap", ...isolation, "--", ...command];
}
