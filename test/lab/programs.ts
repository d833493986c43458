import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Why there can be no lab here; undefined when there can. */
export function whyNoLab(): string | undefined {
  if (process.platform !== "linux") return "it needs Linux";
  if (sshdProgram() === undefined) return "sshd is missing: apt-get install openssh-server";
  if (spawnSync("bwrap", ["--unshare-pid", "--dev-bind", "/", "/", "--proc", "/proc", "true"]).status !== 0) {
    return "bubblewrap is missing or not allowed: apt-get install bubblewrap";
  }
  return undefined;
}

export function sshdProgram(): string | undefined {
  return ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"].find((file) => existsSync(file));
}

export function makeKey(file: string, type = "ed25519"): void {
  for (const old of [file, `${file}.pub`]) rmSync(old, { force: true });
  spawnSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "lab", "-f", file]);
}

/** Signs a public key with the lab's authority; the certificate lies in `target`. */
export function signKey(
  lab: string,
  args: readonly string[],
  key: string,
  target = path.join(lab, "certificate"),
): void {
  const copy = path.join(lab, "to-sign.pub");
  writeFileSync(copy, readFileSync(key));
  spawnSync("ssh-keygen", ["-q", "-s", path.join(lab, "authority"), ...args, copy]);
  writeFileSync(target, readFileSync(path.join(lab, "to-sign-cert.pub")));
}
