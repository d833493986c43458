import { type Action, decide, denied, loadPolicy } from "#security";
import { ConsentNeeded } from "./consent.ts";
import type { McpState } from "./state.ts";
import type { Grant, ToolContext } from "./tool.ts";

/** Who calls, and how a person could be asked. */
export interface Caller {
  /** The client's name, or its token's. */
  tenant: string;
  /** The token's name; over stdio there is one owner, whatever clients call themselves. */
  owner: string;
  signal: AbortSignal;
  /** Whether the person has agreed; absent: there is no way to ask. @throws DeniedError */
  isAgreed?: ((action: Action) => boolean) | undefined;
}

export function contextFor(state: McpState, caller: Caller, progress: ToolContext["progress"]): ToolContext {
  const { owner, signal } = caller;
  return {
    code: state.code,
    jobs: state.jobs,
    metrics: state.metrics,
    owner,
    signal,
    progress,
    tests: state.tests,
    fleet: () => state.fleet(),
    authorize: (action) => authorize(state, caller, action),
  };
}

/** The policy is read each time: what a person takes back holds at once. */
async function authorize(state: McpState, { tenant, isAgreed }: Caller, action: Action): Promise<Grant> {
  const { audit, policyFile } = state;
  const decision = decide(await loadPolicy(policyFile), action);
  const tell = (effect: string): void => audit.append({ type: "authorize", tenant, effect, ...action }, true);
  if (decision.effect === "deny") {
    tell("deny");
    throw denied(action, decision.why, policyFile);
  }
  if (decision.effect === "ask") {
    if (isAgreed === undefined) {
      tell("deny");
      throw denied(action, "a rule wants a person's consent, and nobody can be asked here", policyFile);
    }
    if (!isAgreed(action)) {
      tell("ask");
      throw new ConsentNeeded(action);
    }
  }
  // Before it happens: what cannot be written down is not done.
  tell(decision.effect === "ask" ? "agreed" : "allow");
  const { timeoutMs, env } = decision;
  return {
    timeoutMs,
    env,
    record: (outcome) => {
      try {
        audit.append({ type: "done", tenant, kind: action.kind, ...outcome }, true);
      } catch (error) {
        state.log(error instanceof Error ? error.message : String(error));
      }
    },
  };
}
