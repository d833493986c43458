import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";
import { arm64Libraries } from "./foreign-machine.ts";
import { faketimeLibrary, type Oddity } from "./oddity.ts";
import { signKey } from "./programs.ts";

/** Where a host of the lab is and what it is called. */
export interface HostNames {
  /** Folder of the lab. */
  lab: string;
  name: string;
  /** What the lab keeps for it. */
  folder: string;
  address: string;
  /** Where its sshd listens. */
  port: number;
  /** Where clients reach it. */
  clientPort: number;
  oddity: Oddity;
}

/** Lines for the client's ssh_config. */
export function clientConfig({ lab, name, folder, address, clientPort, oddity }: HostNames): string[] {
  const { ssh = [], userCertificate } = oddity;
  const key = path.join(lab, "user");
  return [
    `Host ${name}`,
    `  HostName ${address}`,
    `  Port ${clientPort}`,
    `  UserKnownHostsFile ${path.join(folder, "known_hosts")}`,
    `  IdentityFile ${key}`,
    ...(userCertificate === true ? [`  CertificateFile ${path.join(lab, "certificate")}`] : []),
    ...ssh.map((line) => `  ${line}`),
  ];
}

/** sshd_config, who may log in, and what the host's oddity puts on its path. */
export function writeServerConfig({ lab, folder, address, port, oddity }: HostNames): void {
  const { sshd = [], known, userCertificate, busybox, clockOffMs, arm64, faketime } = oddity;
  const file = (each: string): string => path.join(folder, each);
  if (known === "authority")
    signKey(lab, ["-I", "host", "-h"], file("hostkey.pub"), file("hostkey-cert.pub"));
  if (busybox === true) {
    mkdirSync(file("bin"));
    spawnSync("busybox", ["--install", "-s", file("bin")]);
  }
  if (arm64 === true) {
    mkdirSync(file("bin"));
    const uname = 'if [ "$1" = -m ]; then echo aarch64; else exec /usr/bin/uname "$@"; fi';
    writeFileSync(path.join(file("bin"), "uname"), `#!/bin/sh\n${uname}\n`, { mode: 0o755 });
  }
  const clock = file("clock.cjs");
  if (clockOffMs !== undefined)
    writeFileSync(clock, `const now = Date.now; Date.now = () => now() + ${clockOffMs};\n`);
  const lines = [
    `Port ${port}`,
    `ListenAddress ${address}`,
    `HostKey ${file("hostkey")}`,
    ...(known === "authority" ? [`HostCertificate ${file("hostkey-cert.pub")}`] : []),
    "PidFile none",
    ...(userCertificate === true
      ? [`TrustedUserCAKeys ${file("authority.pub")}`, "AuthorizedKeysFile none"]
      : [`AuthorizedKeysFile ${file("authorized_keys")}`]),
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "UsePAM no",
    "StrictModes no",
    "PrintMotd no",
    "MaxStartups 100",
    ...(busybox === true ? [`SetEnv PATH=${file("bin")}`] : []),
    ...(arm64 === true ? [`SetEnv PATH=${file("bin")}:/usr/bin:/bin QEMU_LD_PREFIX=${arm64Libraries}`] : []),
    ...(faketime === undefined
      ? []
      : [`SetEnv LD_PRELOAD=${faketimeLibrary} FAKETIME=${faketime} FAKETIME_DONT_FAKE_MONOTONIC=1`]),
    ...(clockOffMs === undefined ? [] : [`SetEnv NODE_OPTIONS=--require=${clock}`]),
    ...sshd,
    ...(sshd.some((line) => line.startsWith("Subsystem")) ? [] : ["Subsystem sftp internal-sftp"]),
  ];
  writeFileSync(file("sshd_config"), `${lines.join("\n")}\n`);
  for (const name of ["authority.pub", "user.pub"]) {
    const target = name === "user.pub" ? "authorized_keys" : name;
    writeFileSync(file(target), readFileSync(path.join(lab, name)));
  }
  const shell = busybox === true ? path.join(file("bin"), "sh") : (oddity.shell ?? "/bin/bash");
  const user = userInfo().username;
  const passwd = readFileSync("/etc/passwd", "utf8").replace(
    new RegExp(`^(${user}:.*:)[^:]*$`, "m"),
    (_, rest: string) => rest + shell,
  );
  writeFileSync(file("passwd"), passwd);
}

export function writeKnownHosts({ lab, folder, address, clientPort, oddity }: HostNames): void {
  const { known = "plain" } = oddity;
  const file = path.join(folder, "known_hosts");
  const name = `[${address}]:${clientPort}`;
  const entry = (key: string): string =>
    `${name} ${readFileSync(key, "utf8").split(" ").slice(0, 2).join(" ").trim()}\n`;
  writeFileSync(file, "");
  if (known === "authority")
    appendFileSync(file, `@cert-authority ${entry(path.join(lab, "authority.pub"))}`);
  else if (known !== "not") appendFileSync(file, entry(path.join(folder, "hostkey.pub")));
  if (known === "hashed") spawnSync("ssh-keygen", ["-q", "-H", "-f", file]);
}
