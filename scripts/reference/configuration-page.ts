import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { projectPlaces, type Section, sections, type Setting, userPlaces } from "#config";
import { fleetSchema } from "#fleet";
import { json, markdownTable, pageHead } from "./markdown.ts";

const intro = `Settings are looked for in this order; the first place that names a setting decides it as a whole:

1. the flag of a command
2. the environment variable below
3. the project's file: the first of ${projectPlaces.map((place) => `\`${place}\``).join(", ")} (key \`caelum\`) in the
   current folder or above it, up to the root of the git repository
4. the user's file: the first of ${userPlaces.map((place) => `\`${place}\``).join(", ")} in \`$XDG_CONFIG_HOME/caelum\`
   (\`~/.config/caelum\`; on Windows \`%APPDATA%\\caelum\`)
5. the default

\`--config FILE\` (\`CAELUM_CONFIG\`) takes the place of 3 and 4. \`caelum config show\` prints what holds and where each
value comes from. Relative paths are relative to the file that names them. Sizes are bytes or a text with a unit
(\`"2 MB"\`, \`"512 KiB"\`). Editors check the files with
\`configuration.schema.json\` (\`"$schema"\` is allowed at the top).`;

const fleetPart = `## fleet

The machines that \`--fleet\` and \`caelum fleet\` work on: the same keys as in \`fleet.yaml\`, described in
[the fleet](../fleet.md#the-keys). A \`fleet.yaml\` in the current folder or above it goes before this, the user's own
after it. What is wrong is told when the fleet is asked for, with file, line and path.

\`\`\`yaml
# caelum.config.yaml
fleet:
  hosts:
    - desk
    - { name: mini, ssh: "build@mini.local:2222", labels: [mac] }
\`\`\`
`;

export function configurationPage(): string {
  const parts = Object.entries<Section>(sections).map(([name, { description, settings }]) => {
    const rows = Object.entries(settings).map(([key, setting]) => row(`${name}.${key}`, setting));
    const head = ["setting", "must be", "default", "environment", "meaning"];
    return `## ${name}\n\n${description}\n\n${markdownTable(head, rows)}`;
  });
  return [pageHead("Configuration", intro), ...parts, fleetPart].join("\n");
}

function row(name: string, setting: Setting): string[] {
  const fallback = setting.fallbackText ?? `\`${JSON.stringify(setting.fallback)}\``;
  return [
    `\`${name}\``,
    phraseOf(setting.schema),
    fallback,
    setting.env === undefined ? "" : `\`${setting.env.name}\``,
    setting.description,
  ];
}

/** The words a schema itself uses for what it wants. */
function phraseOf(schema: v.GenericSchema): string {
  const { issues } = v.safeParse(schema, Symbol("refused by every schema"));
  return issues?.[0]?.message ?? "";
}

export function configurationSchema(): string {
  const properties = Object.entries<Section>(sections).map(([name, { description, settings }]) => [
    name,
    {
      type: "object",
      description,
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.entries(settings).map(([key, setting]) => [key, schemaOf(setting)]),
      ),
    },
  ]);
  return json({
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of caelum",
    type: "object",
    additionalProperties: false,
    properties: { $schema: { type: "string" }, ...Object.fromEntries(properties), fleet: fleetSchemaBody() },
  });
}

function fleetSchemaBody(): object {
  const { $schema: _, ...body } = toJsonSchema(fleetSchema, { typeMode: "input", errorMode: "ignore" });
  return { description: "The machines to work on; the keys of fleet.yaml.", ...body };
}

function schemaOf({ schema, description, fallback }: Setting): object {
  // Sizes are checked and turned into bytes by functions, which a JSON Schema cannot hold.
  const { $schema: _, ...body } = toJsonSchema(schema, { typeMode: "input", errorMode: "ignore" });
  const known = fallback === undefined || typeof fallback === "function" ? {} : { default: fallback };
  return { ...body, description, ...known };
}
