import { UsageError } from "#kernel";

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Puts in what `${NAME}`, `${env:NAME}` and `${NAME:-otherwise}` stand for. The process's own environment comes before `.env`, so that a
 * secret can be given for one run. @throws UsageError for a name that stands nowhere
 */
export function expand(text: string, variables: Variables, where: string): string {
  return text.replaceAll(
    /\$\{(?:env:)?([A-Za-z_]\w*)(?::-([^}]*))?\}/g,
    (_, name: string, otherwise?: string) => {
      const value = variables[name] ?? otherwise;
      if (value !== undefined) return value;
      throw new UsageError(`${where} needs $\{${name}}, which is set nowhere`, {
        hint: `set ${name} in the environment or in .env beside mcp.json`,
      });
    },
  );
}

export function expandAll(
  texts: Readonly<Record<string, string>>,
  variables: Variables,
  where: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, expand(text, variables, `${where}.${name}`)]),
  );
}
