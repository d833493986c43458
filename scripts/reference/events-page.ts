import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
// Not through the door: it would make every start of the command line load the schema library.
import { eventSchemas } from "../../src/kernel/event-schema.ts";
import { json, markdownTable, pageHead } from "./markdown.ts";

const intro = `Everything that happens in a run is an event. With \`--json\`, a command writes them to stderr,
one JSON object a line. The set of events only grows: readers must skip types and fields that
they do not know.`;

type Fields = Readonly<Record<string, v.GenericSchema>>;

export function eventsPage(): string {
  const parts = Object.entries(eventSchemas.bodies).map(([type, { entries }]) => {
    const { type: _, ...fields } = entries as Fields;
    return `## ${type}\n\n${fieldTable(fields)}`;
  });
  return [
    pageHead("Events", intro),
    `## In every event\n\n${fieldTable(eventSchemas.envelope)}`,
    ...parts,
  ].join("\n");
}

function fieldTable(fields: Fields): string {
  const rows = Object.entries(fields).map(([name, schema]) => {
    const { type, const: only } = toJsonSchema(schema);
    return [
      `\`${name}\``,
      only === undefined ? String(type) : JSON.stringify(only),
      v.getDescription(schema) ?? "",
    ];
  });
  return markdownTable(["field", "type", "meaning"], rows);
}

export function eventsSchema(): string {
  const events = Object.values(eventSchemas.bodies).map(({ entries }) => {
    const schema = v.object({ ...eventSchemas.envelope, ...(entries as Fields) });
    const { $schema: _, ...body } = toJsonSchema(schema);
    return body;
  });
  return json({
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "An event of caelum",
    anyOf: events,
  });
}
