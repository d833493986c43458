import { createHash, randomBytes } from "node:crypto";
import {
  createRequestStateCodec,
  inputRequired,
  type InputRequiredResult,
  inputResponse,
  type RequestStateCodec,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { type Action, DeniedError } from "#security";
import { plainLine } from "./plain-text.ts";

/** Thrown to ask the person; it becomes a result that asks. */
export class ConsentNeeded extends Error {
  readonly action: Action;

  constructor(action: Action) {
    super("a person has to agree");
    this.action = action;
  }
}

interface Question {
  /** Of what was asked: an answer to another question is no answer. */
  digest: string;
  nonce: string;
}

const answerSeconds = 600;
/** More than can be valid at the same time. */
const keptAnswers = 10_000;
const key = "consent";

/** Questions to the person through the client, and their answers. One for a server: answers outlive a connection. */
export class Consent {
  readonly #codec: RequestStateCodec<Question>;
  /** Each answer counts once. */
  readonly #used = new Set<string>();

  constructor() {
    this.#codec = createRequestStateCodec<Question>({ key: randomBytes(32), ttlSeconds: answerSeconds });
  }

  /** What a client brings back is ours, and not too old. */
  readonly verify = (state: string, context: ServerContext): Promise<Question> =>
    this.#codec.verify(state, context);

  async question(action: Action): Promise<InputRequiredResult> {
    const where = action.kind === "fleet_exec" ? "Run on" : "Run the tests on";
    const what = action.words.map((word) => JSON.stringify(plainLine(word, 200))).join(" ");
    return inputRequired({
      requestState: await this.#codec.mint({
        digest: digestOf(action),
        nonce: randomBytes(9).toString("base64url"),
      }),
      inputRequests: {
        [key]: inputRequired.elicit({
          message: `An assistant asks. ${where} ${action.hosts.map((host) => plainLine(host, 60)).join(", ")}: ${what} (at most ${Math.round(action.timeoutMs / 1000)} s)?`,
          requestedSchema: {
            type: "object",
            properties: { agree: { type: "boolean", title: "Allow it once", default: false } },
            required: ["agree"],
          },
        }),
      },
    });
  }

  /** True: the person has agreed to this very thing. @throws DeniedError when they have not, or cannot be asked */
  isGiven(action: Action, { mcpReq }: ServerContext, canAsk: boolean): boolean {
    const { inputResponses } = mcpReq;
    if (inputResponses?.[key] === undefined) {
      if (canAsk) return false;
      throw new DeniedError(
        `${action.kind} needs a person's consent, and this client cannot ask for it`,
        "use a client with elicitation, or let the person run the command",
      );
    }
    const asked = mcpReq.requestState<Question>();
    const answer = inputResponse(inputResponses, key);
    if (typeof asked !== "object" || asked.digest !== digestOf(action) || this.#used.has(asked.nonce))
      return false;
    this.#used.add(asked.nonce);
    if (this.#used.size > keptAnswers) this.#used.delete(this.#used.values().next().value!);
    const agreed =
      answer.kind === "elicit" && answer.action === "accept" && answer.content?.["agree"] === true;
    if (!agreed)
      throw new DeniedError(`the person did not agree to ${action.kind}`, "do not ask again for the same");
    return true;
  }
}

function digestOf({ kind, words, hosts, timeoutMs }: Action): string {
  return createHash("sha256")
    .update(JSON.stringify([kind, words, hosts, timeoutMs]))
    .digest("base64url");
}
