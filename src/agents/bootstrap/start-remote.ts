import type { Host, Link } from "#fleet";
import type { LocalFile } from "../built-file.ts";
import { AgentStartError } from "../errors.ts";
import type { StartedAgent } from "../start-agent.ts";
import { startPosixAgent } from "./start-posix.ts";
import { probeWindows, startWindowsAgent } from "./start-windows.ts";

/**
 * Starts the agent on a host behind a login shell. Most are POSIX, so that is tried first unless the fleet file says
 * `windows`; a host that cannot make sense of it is asked whether it is Windows.
 */
export async function startRemoteAgent(
  host: Host,
  link: Link,
  agent: LocalFile,
  signal: AbortSignal,
): Promise<StartedAgent> {
  let posixError: AgentStartError | undefined;
  if (host.platform !== "windows") {
    try {
      return await startPosixAgent(host, link, agent, signal);
    } catch (error) {
      // A host that understood the script and lacks something has said what: that is the answer.
      if (!(error instanceof AgentStartError) || host.platform !== undefined || error.understood) throw error;
      posixError = error;
    }
  }
  const machine = await probeWindows(host, link, signal);
  if (machine !== undefined) return startWindowsAgent(host, link, agent, machine, signal);
  throw (
    posixError ??
    new AgentStartError(host.name, "the fleet file says it is Windows, and it does not answer as such")
  );
}
