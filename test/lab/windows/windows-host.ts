import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { cacheFolder } from "#kernel";
import { runtimeFor } from "../../../src/agents/bootstrap/runtimes.ts";
import { buildForHosts } from "../../helpers/build-for-hosts.ts";
import { eventually } from "../../helpers/processes.ts";
import { LabLink } from "../lab-link.ts";
import { makeKey, sshdProgram } from "../programs.ts";

const wine = ["/usr/lib/wine/wine64", "/usr/bin/wine64", "/usr/bin/wine"].find((file) => existsSync(file));
const wineServer = ["/usr/lib/wine/wineserver64", "/usr/bin/wineserver"].find((file) => existsSync(file));
const sftpServer = [
  "/usr/lib/openssh/sftp-server",
  "/usr/libexec/sftp-server",
  "/usr/lib/ssh/sftp-server",
].find((file) => existsSync(file));

/** Why there can be no Windows host here; undefined when there can. */
export function whyNoWindows(): string | undefined {
  if (process.platform !== "linux") return "Wine is used on Linux only";
  if (wine === undefined || wineServer === undefined) return "Wine is missing: apt-get install wine wine64";
  if (sshdProgram() === undefined || sftpServer === undefined)
    return "sshd or its SFTP server is missing: apt-get install openssh-server openssh-sftp-server";
  if (!existsSync(nodeForWindows()))
    return "Node for Windows is not in caelum's cache: node test/lab/fetch-runtimes.ts Windows_NT AMD64";
  return undefined;
}

/** No test goes to the registry by itself. */
function nodeForWindows(): string {
  return path.join(cacheFolder(), "runtimes", runtimeFor("Windows_NT", "AMD64", "-")?.id ?? "", "node.gz");
}

/**
 * A Windows host for a while: Node for Windows and cmd.exe under Wine, in a prefix of its own, behind a real sshd. Paths,
 * cmd, pipes and processes are Windows' own as far as Wine has them; PowerShell, Win32-OpenSSH and job objects are not there.
 */
export class WindowsHost {
  readonly alias = "win";
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "caelum-windows-")));
  readonly configFile = path.join(this.folder, "ssh_config");
  #launcher: ChildProcess | undefined;
  #sshd: ChildProcess | undefined;

  static async start(): Promise<WindowsHost> {
    const host = new WindowsHost();
    try {
      await host.#start();
      return host;
    } catch (error) {
      await host.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#sshd?.kill("SIGKILL");
    // It ends every program of this prefix, and of no other.
    spawnSync(wineServer ?? "", ["-k"], { env: this.#environment });
    this.#launcher?.kill("SIGKILL");
    spawnSync(wineServer ?? "", ["-w"], { env: this.#environment, timeout: 10_000 });
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      WINEPREFIX: path.join(this.folder, "prefix"),
      WINEDEBUG: "-all",
      WINEDLLOVERRIDES: "mscoree,mshtml=",
      // No Node is on its PATH: one has to be sent.
      WINEPATH: String.raw`C:\windows\system32;C:\windows`,
    };
  }

  async #start(): Promise<void> {
    this.#wine("wineboot", "-i");
    this.#wine("winecfg", "-v", "win10");
    const drive = path.join(this.folder, "prefix/drive_c");
    const lab = path.join(drive, "lab");
    mkdirSync(lab);
    writeFileSync(path.join(lab, "lab-node.exe"), gunzipSync(readFileSync(nodeForWindows())), {
      mode: 0o700,
    });
    const { path: launcher } = await buildForHosts("test/lab/windows/launcher.ts");
    writeFileSync(path.join(lab, "launcher.cjs"), readFileSync(launcher));
    this.#launcher = spawn(wine ?? "", ["lab-node.exe", "launcher.cjs", "port"], {
      cwd: lab,
      env: this.#environment,
      stdio: "ignore",
    });
    const portFile = path.join(lab, "port");
    await eventually(
      "Node for Windows listens",
      () => existsSync(portFile) && readFileSync(portFile, "utf8") !== "",
    );
    await this.#startSshd(readFileSync(portFile, "utf8"), homeIn(drive));
  }

  #wine(...words: string[]): void {
    const { status } = spawnSync(wine ?? "", words, {
      env: this.#environment,
      stdio: "ignore",
      timeout: 120_000,
    });
    if (status !== 0) throw new Error(`wine ${words.join(" ")} ended with ${status}`);
  }

  async #startSshd(launcherPort: string, home: string): Promise<void> {
    const port = await LabLink.freePort();
    const file = (name: string): string => path.join(this.folder, name);
    for (const key of ["user", "hostkey"]) makeKey(file(key));
    const bridge = path.join(import.meta.dirname, "bridge.ts");
    const server = [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${file("hostkey")}`,
      "PidFile none",
      `AuthorizedKeysFile ${file("user.pub")}`,
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "UsePAM no",
      "StrictModes no",
      "Subsystem sftp internal-sftp",
      `ForceCommand ${process.execPath} --no-warnings ${bridge} ${launcherPort} ${home} ${sftpServer}`,
    ];
    writeFileSync(file("sshd_config"), `${server.join("\n")}\n`);
    if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
    const hostKey = readFileSync(file("hostkey.pub"), "utf8").split(" ").slice(0, 2).join(" ");
    writeFileSync(file("known_hosts"), `[127.0.0.1]:${port} ${hostKey}\n`);
    const client = [
      `Host ${this.alias}`,
      "  HostName 127.0.0.1",
      `  Port ${port}`,
      `  User ${userInfo().username}`,
      `  IdentityFile ${file("user")}`,
      "  IdentitiesOnly yes",
      "  IdentityAgent none",
      `  UserKnownHostsFile ${file("known_hosts")}`,
      "  GlobalKnownHostsFile /dev/null",
    ];
    writeFileSync(this.configFile, `${client.join("\n")}\n`);
    this.#sshd = spawn(sshdProgram() ?? "", ["-D", "-e", "-f", file("sshd_config")], { stdio: "ignore" });
    await eventually("sshd of the Windows host listens", () => LabLink.answers(port, "127.0.0.1"));
  }
}

/** The profile of the one who started Wine. */
function homeIn(drive: string): string {
  const users = path.join(drive, "users");
  const own = readdirSync(users).find((name) => name !== "Public");
  return path.join(users, own ?? "");
}
