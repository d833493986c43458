import type { CompleteRequestParams } from "@modelcontextprotocol/server";
import type { McpState } from "./state.ts";
import type { Caller } from "./tool-context.ts";

/** What an argument of a prompt or of a resource's address may be, given its beginning. */
export async function completeArgument(
  state: McpState,
  { argument }: CompleteRequestParams,
  { owner, signal }: Caller,
): Promise<string[]> {
  const { name, value } = argument;
  if (name === "path") return paths(state, value, signal);
  if (name === "host" || name === "name") return hosts(state, value);
  if (name === "id") return state.results.ids(owner).filter((id) => id.startsWith(value));
  return [];
}

async function hosts(state: McpState, value: string): Promise<string[]> {
  // Completion has no way to say what is wrong; the tools have.
  const fleet = await state.fleet().catch(() => undefined);
  return (fleet?.hosts ?? []).flatMap(({ name }) => (name.startsWith(value) ? [name] : []));
}

/** Files and folders of the first root, one step at a time as shells do it. */
async function paths({ code }: McpState, value: string, signal: AbortSignal): Promise<string[]> {
  const root = code.guard.roots[0]!;
  const { analysis } = await code.snapshot(root, signal);
  const found = new Set<string>();
  for (const { path } of analysis.files) {
    if (!path.startsWith(value)) continue;
    const slash = path.indexOf("/", value.length);
    found.add(slash === -1 ? path : path.slice(0, slash + 1));
    if (found.size > 100) break;
  }
  return [...found];
}
