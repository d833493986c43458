import { serveStdio as serve } from "@modelcontextprotocol/server/stdio";
import { endServer } from "./end-server.ts";
import { watchParent } from "./lifeline.ts";
import { makeState, type McpOptions } from "./make-state.ts";
import { serverFactory } from "./make-server.ts";
import { protectStdout } from "./protect-stdout.ts";
import { StdioTransport } from "./stdio-transport.ts";

/** What the first call needs is loaded once the client has been greeted. */
const prepareMs = 300;

/**
 * Serves one client over stdin and stdout until it closes stdin, goes away, or the signal is aborted. Nothing but
 * messages goes to stdout meanwhile. @throws UsageError for roots or tools that are not there
 */
export async function serveStdio(options: McpOptions, signal: AbortSignal): Promise<void> {
  const messages = protectStdout();
  const state = makeState(options);
  const { promise: over, resolve: end } = Promise.withResolvers<string>();
  const transport = new StdioTransport(process.stdin, messages, () =>
    end("the client closed the connection"),
  );
  const unwatch = watchParent(() => end("the client has gone"));
  const stop = (): void => end("cancelled");
  signal.addEventListener("abort", stop, { once: true });
  const preparing = setTimeout(() => state.prepare(), prepareMs);
  const handle = serve(serverFactory(state), {
    transport,
    onerror: (error) => state.log(error.message),
  });
  const reason = await over;
  unwatch();
  clearTimeout(preparing);
  options.log(`ending: ${reason}`);
  await endServer(options, () => Promise.all([handle.close(), state.close()]));
}
