import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { eventually } from "../helpers/processes.ts";

const qemu = ["/usr/bin/qemu-aarch64-static", "/usr/bin/qemu-aarch64"].find((file) => existsSync(file));
/** Where the C library of arm64 lies; what runs there needs it as `QEMU_LD_PREFIX`. */
export const arm64Libraries = "/usr/aarch64-linux-gnu";

/** The beginning of every arm64 program, and which of its bits count: as `binfmt_misc` wants it. */
const magic = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`;
const mask = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;
const registered = `:caelum-arm64:M::${magic}:${mask}:${qemu}:F`;
const script = [
  "mount -t binfmt_misc none /mnt",
  'printf %s "$1" > /mnt/register',
  // The kernel asks the user namespace, wherever it is mounted.
  "shift",
  'exec "$@"',
].join(" && ");

/** Why no host can be of another architecture here; undefined when one can. */
export function whyNoArm64(): string | undefined {
  if (process.getuid?.() !== 0) return "a kernel's own table of program formats needs root";
  if (qemu === undefined) return "QEMU is missing: apt-get install qemu-user-static";
  if (!existsSync(`${arm64Libraries}/lib/ld-linux-aarch64.so.1`))
    return "the C library is missing: apt-get install libc6-arm64-cross libstdc++6-arm64-cross";
  if (spawnSync("unshare", ["-U", "true"]).status !== 0) return "there are no user namespaces";
  if (!readFileSync("/proc/filesystems", "utf8").includes("binfmt_misc"))
    return "this kernel has no binfmt_misc";
  return undefined;
}

/**
 * A user namespace in which programs of arm64 run, through QEMU, as if the processor were one: the kernel (6.7 and newer)
 * has a table of program formats for each. The machine's own is not touched.
 */
export class ForeignMachine {
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  static async start(): Promise<ForeignMachine> {
    const holder = spawn("unshare", ["-U", "sleep", "infinity"], { stdio: "ignore" });
    await once(holder, "spawn");
    const { pid } = holder;
    const isApart = (): boolean => {
      const own = readFileSync(`/proc/${process.pid}/uid_map`, "utf8");
      return readFileSync(`/proc/${pid}/uid_map`, "utf8") !== own;
    };
    await eventually("a user namespace is there", isApart);
    for (const map of ["uid_map", "gid_map"]) writeFileSync(`/proc/${pid}/${map}`, "0 0 65536");
    return new ForeignMachine(holder);
  }

  /** The command that runs another in there. */
  around(command: readonly string[]): string[] {
    const enter = ["nsenter", "-U", "-t", String(this.#holder.pid)];
    return [...enter, "unshare", "-m", "sh", "-c", script, "sh", registered, ...command];
  }

  close(): void {
    this.#holder.kill("SIGKILL");
  }
}
