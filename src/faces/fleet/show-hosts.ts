import type { AddedHost, Fleet, Host } from "#fleet";
import { table } from "../tables/table.ts";
import { asJson, type Asked, shownFile } from "./asked.ts";

/** `caelum fleet list`. */
export function showHosts(fleet: Fleet, hosts: readonly Host[], { cwd, options }: Asked): string {
  if (options.json) {
    const rows = hosts.map(({ name, address, ...settings }) => ({
      name,
      ...(address.type === "local" ? { local: true } : { ssh: address.target }),
      ...settings,
      line: fleet.lines.get(name),
    }));
    return asJson({ file: fleet.file, hosts: rows, groups: Object.fromEntries(fleet.groups) });
  }
  const file = shownFile(fleet.file, cwd);
  const rows = hosts.map((host) => [
    host.name,
    host.address.type === "local" ? "this machine" : host.address.target,
    host.labels.join(" ") || "–",
    host.slots === undefined ? "cores" : String(host.slots),
    host.address.type === "local" ? "local" : host.transport,
    fleet.lines.has(host.name) ? `${file}:${fleet.lines.get(host.name)}` : file,
  ]);
  return table(["host", "ssh", "labels", "slots", "transport", "from"], rows);
}

/** `caelum fleet add`. */
export function showAdded(name: string, added: AddedHost, { cwd, options }: Asked): string {
  if (options.json) return asJson({ host: name, ...added });
  if (options.quiet) return "";
  const file = shownFile(added.file, cwd);
  const what = added.created ? `made ${file} with "${name}"` : `added "${name}" in ${file}:${added.line}`;
  return `${what}\n  try: caelum fleet doctor ${name}\n`;
}
