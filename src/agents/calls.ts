import type { AgentMessage } from "#protocol";
import { type Deferred, deferred } from "./deferred.ts";
import { AgentRequestError } from "./errors.ts";

/** An agent's message that answers a question. */
export type Answer = Extract<AgentMessage, { call: number }>;

interface Call {
  answers: Answer[];
  wanted: Deferred<Answer> | undefined;
}

/** Questions to an agent and the answers to them; a question may get several answers in a row. */
export class Calls {
  readonly #host: string;
  readonly #open = new Map<number, Call>();
  #last = 0;
  #failure: Error | undefined;

  constructor(host: string) {
    this.#host = host;
  }

  /** A number for a new question. `end` it when no more answers are wanted. */
  begin(): number {
    const call = ++this.#last;
    this.#open.set(call, { answers: [], wanted: undefined });
    return call;
  }

  /** The next answer. Rejects with an AgentRequestError when it is `failed`, or when the session is lost. */
  async next<T extends Answer["type"]>(call: number, type: T): Promise<Extract<Answer, { type: T }>> {
    const answer = await this.#answer(call);
    if (answer.type === "failed") throw new AgentRequestError(this.#host, answer.code, answer.message);
    if (answer.type !== type) {
      throw new AgentRequestError(
        this.#host,
        "protocol",
        `answered "${answer.type}", "${type}" was expected`,
      );
    }
    return answer as Extract<Answer, { type: T }>;
  }

  end(call: number): void {
    this.#open.delete(call);
  }

  receive(answer: Answer): void {
    const call = this.#open.get(answer.call);
    if (call === undefined) return;
    if (call.wanted === undefined) call.answers.push(answer);
    else {
      call.wanted.resolve(answer);
      call.wanted = undefined;
    }
  }

  failAll(error: Error): void {
    this.#failure ??= error;
    for (const call of this.#open.values()) call.wanted?.reject(error);
    this.#open.clear();
  }

  #answer(number: number): Promise<Answer> {
    const call = this.#open.get(number);
    if (this.#failure !== undefined || call === undefined) {
      return Promise.reject(
        this.#failure ?? new AgentRequestError(this.#host, "protocol", "nothing was asked"),
      );
    }
    const first = call.answers.shift();
    if (first !== undefined) return Promise.resolve(first);
    call.wanted = deferred();
    return call.wanted.promise;
  }
}
