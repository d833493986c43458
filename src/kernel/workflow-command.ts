/**
 * A command that GitHub Actions reads from the log of a step: `::error file=…,line=…,title=…::message`.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function workflowCommand(
  kind: "error" | "warning" | "notice",
  place: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const where = Object.entries(place).map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${kind} ${where.join(",")}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
