import * as v from "valibot";

/**
 * The fleet file. Descriptions end up in the reference pages; `fleet.example.yaml` shows every key.
 */
const text = v.pipe(v.string(), v.trim(), v.nonEmpty("must not be empty"));
const name = v.pipe(
  text,
  v.regex(/^[\w][\w.@-]*$/, "may hold letters, digits and . _ - @, and begins with a letter or digit"),
);

const settings = {
  labels: v.optional(v.pipe(v.array(name), v.description("words to choose hosts by: `--labels gpu`"))),
  platform: v.optional(
    v.pipe(v.picklist(["linux", "mac", "windows"]), v.description("what the host is; asked when absent")),
  ),
  slots: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.maxValue(256),
      v.description("workers at once; default: its cores"),
    ),
  ),
  identity: v.optional(v.pipe(text, v.description("private key file, relative to the fleet file"))),
  transport: v.optional(
    v.pipe(
      v.picklist(["auto", "ssh2", "openssh"]),
      v.description("how to reach it; `auto` is right nearly always"),
    ),
  ),
  environment: v.optional(
    v.pipe(v.record(text, v.string()), v.description("variables for workers and commands on the host")),
  ),
  agentFolder: v.optional(
    v.pipe(
      text,
      v.regex(/^(?:[/~]|[A-Za-z]:)/, "must be absolute"),
      v.description("where the agent keeps its files"),
    ),
  ),
  nodePath: v.optional(v.pipe(text, v.description("Node on the host; looked for, and sent, when absent"))),
  costPerHour: v.optional(
    v.pipe(v.number(), v.minValue(0), v.description("in your currency, for the summary")),
  ),
  maxLoad: v.optional(
    v.pipe(v.number(), v.minValue(0), v.description("no new work while its load per core is above this")),
  ),
} as const;

const host = v.strictObject({
  name: v.optional(v.pipe(name, v.description("what people see; default: the SSH alias"))),
  ssh: v.optional(
    v.pipe(text, v.description("alias of ssh_config, user@host or user@host:port; default: the name")),
  ),
  local: v.optional(v.pipe(v.boolean(), v.description("true: this machine, without SSH"))),
  ...settings,
});

const group = v.union(
  [v.array(name), v.strictObject({ hosts: v.array(name), ...settings })],
  "must be a list of host names, or a mapping with `hosts` and settings",
);

export const fleetSchema = v.strictObject({
  sshConfig: v.optional(
    v.pipe(text, v.description("an ssh_config file to use instead of ~/.ssh/config, as ssh -F")),
  ),
  defaults: v.optional(v.pipe(v.strictObject(settings), v.description("for every host"))),
  groups: v.optional(
    v.pipe(v.record(name, group), v.description("hosts by one name; settings here go before defaults")),
  ),
  hosts: v.pipe(
    v.array(v.union([text, host], "must be an SSH alias, user@host:port, or a mapping with `name`")),
    v.minLength(1, "must name at least one host"),
  ),
});

/** The keys that may stand where one that is not known does. */
export function keysBeside(where: readonly (string | number)[]): string[] {
  if (where.length === 1) return Object.keys(fleetSchema.entries);
  if (where[0] === "hosts") return Object.keys(host.entries);
  return where[0] === "groups" ? ["hosts", ...Object.keys(settings)] : Object.keys(settings);
}

export type FleetInput = v.InferOutput<typeof fleetSchema>;
export type HostInput = v.InferOutput<typeof host>;
export type SettingsInput = Omit<HostInput, "name" | "ssh" | "local">;
