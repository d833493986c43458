import type { Candidate } from "./complete.ts";

/** Values that only a slice knows, by the long flag of the option; loaded when TAB asks for them. */
const sources: Readonly<Record<string, () => Promise<Candidate[]>>> = {
  "--language": async () => {
    const { languageNames } = await import("#analysis");
    return languageNames().map(({ id, name }) => ({ value: id, description: name }));
  },
  "--report": async () => {
    const { reportFormats } = await import("#faces/report");
    return reportFormats.map((format) => ({ value: `${format}:`, description: "" }));
  },
};

export async function knownValues(flag: string | undefined): Promise<Candidate[] | undefined> {
  return flag !== undefined && Object.hasOwn(sources, flag) ? sources[flag]?.() : undefined;
}
