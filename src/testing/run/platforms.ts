import type { Session } from "#agents";
import type { Host } from "#fleet";

/** What `--platforms` calls the systems that Node names otherwise. */
const systems: Readonly<Record<string, string>> = { linux: "linux", darwin: "mac", win32: "win" };

/** What `--platforms` may ask for, whether there is such a host or not. */
export function knownPlatforms(hosts: readonly Pick<Host, "labels">[]): string[] {
  return [...Object.values(systems), ...hosts.flatMap(({ labels }) => labels)];
}

export function systemName(platform: string): string {
  return systems[platform] ?? platform;
}

/** Every platform that a host can stand for, the most particular first: labels, `linux-arm64`, `linux`. */
export function platformNames(
  { labels, platform }: Pick<Host, "labels" | "platform">,
  hello: Pick<Session["hello"], "platform" | "arch"> | undefined,
): string[] {
  const told = platform === "windows" ? "win" : platform;
  const system = hello === undefined ? told : systemName(hello.platform);
  return [
    ...labels,
    ...(system === undefined || hello === undefined ? [] : [`${system}-${hello.arch}`]),
    ...(system === undefined ? [] : [system]),
  ];
}

/**
 * The platform that a host works for: it has one, so that slots are not promised twice. `wanted` undefined: all, each
 * system is a platform of its own.
 */
export function platformFor(
  names: readonly string[],
  wanted: readonly string[] | undefined,
): string | undefined {
  if (wanted === undefined) return names.at(-1);
  return names.find((name) => wanted.includes(name));
}
