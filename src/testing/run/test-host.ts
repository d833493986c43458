import { StringDecoder } from "node:string_decoder";
import { builtFile, type RunningCommand, type Session } from "#agents";
import { CancelledError } from "#kernel";
import type { TestUnit } from "../model.ts";
import {
  type AnswerKind,
  type CollectedFile,
  type HostMessage,
  type HostRequest,
  longestLine,
  type OpenedProjects,
  type OpenRequest,
  readAnswer,
  readHostMessage,
  type TestTimes,
  type TreeRequest,
  type WireEvent,
} from "../host/wire.ts";
import { secretHider } from "../setup/index.ts";
import type { TreePort, UnpackContents } from "../sync/index.ts";
import { HostProgramError, HostRefusal } from "./errors.ts";

const program = "workers/testing.cjs";
/** Of what the program itself complains about, for errors. */
const complaintKept = 2000;

interface Call {
  answer: PromiseWithResolvers<unknown>;
  onEvent: (event: WireEvent) => void;
}

type Question = HostRequest extends infer R ? (R extends { call: number } ? Omit<R, "call"> : never) : never;

/** The program that runs tests on a host, seen from here. What it says is checked: a host may be anybody's. */
export class TestHost {
  readonly #name: string;
  readonly #command: RunningCommand;
  readonly #calls = new Map<number, Call>();
  #lastCall = 0;
  #failure: Error | undefined;
  #complaint = "";
  /** Takes secrets out of what it says, whoever printed them. */
  #hide = (text: string): string => text;
  #ready = Promise.withResolvers<void>();

  /** Rejects with a HostProgramError, an AgentRequestError or a SessionLostError. */
  static async start(session: Session): Promise<TestHost> {
    const command = await session.startProgram(await builtFile(program), [session.hello.home]);
    const host = new TestHost(session.host.name, command);
    await host.#ready.promise;
    return host;
  }

  private constructor(name: string, command: RunningCommand) {
    this.#name = name;
    this.#command = command;
    this.#ready.promise.catch(() => undefined);
    command.stdin.on("error", () => undefined);
    command.stderr.on("data", (bytes: Buffer) => {
      this.#complaint = (this.#complaint + bytes.toString("utf8")).slice(-complaintKept);
    });
    readLines(
      command,
      (line) => this.#receive(line),
      () => this.#break("says what is no line of ours"),
    );
    void this.#watch();
  }

  /** Makes the host ready for a tree. */
  async open(request: OpenRequest): Promise<OpenedProjects> {
    this.#hide = secretHider(request);
    return this.#checked("opened", await this.#ask({ type: "open", ...request }));
  }

  /** Rejects with a HostRefusal when the runner cannot. */
  async list(project: string, runner: string, signal: AbortSignal): Promise<TestUnit[]> {
    return this.#checked("units", await this.#ask({ type: "list", project, runner }, signal)).units;
  }

  /** At most `parts` units that together are this one. */
  async split(unit: TestUnit, parts: number, signal: AbortSignal, times?: TestTimes): Promise<TestUnit[]> {
    const question = {
      type: "split",
      unit: wire(unit),
      parts,
      ...(times === undefined ? {} : { times }),
    } as const;
    return this.#checked("units", await this.#ask(question, signal)).units;
  }

  /** Units of one project and runner. Resolves when each has had its end. */
  async run(
    units: readonly TestUnit[],
    onEvent: (event: WireEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#ask({ type: "run", units: units.map(wire) }, signal, onEvent);
  }

  /** Ends the runners and brings what they and the tests have left: coverage, and artifacts by glob. */
  async *collect(signal: AbortSignal): AsyncGenerator<{ what: CollectedFile; bytes: Buffer }> {
    const { files } = this.#checked("collected", await this.#ask({ type: "collect" }, signal));
    for (const [index, what] of files.entries()) {
      const parts: Buffer[] = [];
      for (let offset = 0, end = false; !end;) {
        const part = this.#checked("part", await this.#ask({ type: "fetch", index, offset }, signal));
        const bytes = Buffer.from(part.data, "base64");
        parts.push(bytes);
        offset += bytes.length;
        end = part.end || bytes.length === 0;
      }
      yield { what, bytes: Buffer.concat(parts) };
    }
  }

  /** The host's half of a sync. */
  get trees(): TreePort {
    const ask = (request: TreeRequest): Promise<unknown> => this.#ask({ type: "tree", request });
    const unpack = (request: UnpackContents, pack: Uint8Array): Promise<unknown> => {
      const question = { type: "tree", request: { step: "unpack", ...request }, bytes: pack.length } as const;
      return this.#ask(question, undefined, undefined, pack);
    };
    return {
      open: async (request) => this.#checked("treeOpened", await ask({ step: "open", ...request })),
      unpack: async (request, pack) => void (await unpack(request, pack)),
      place: async (request) => void (await ask({ step: "place", ...request })),
      finish: async ({ tree }) => this.#checked("treeFinished", await ask({ step: "finish", tree })),
      release: async ({ tree }) => void (await ask({ step: "release", tree })),
    };
  }

  async #ask(
    question: Question,
    signal?: AbortSignal,
    onEvent: (event: WireEvent) => void = () => undefined,
    bytes?: Uint8Array,
  ): Promise<unknown> {
    if (this.#failure !== undefined) throw this.#failure;
    if (signal?.aborted) throw new CancelledError(undefined, { cause: signal.reason });
    const call = ++this.#lastCall;
    const answer = Promise.withResolvers<unknown>();
    this.#calls.set(call, { answer, onEvent });
    // The host says when it has stopped; only then is the slot free again.
    const cancel = (): void => this.#send({ type: "cancel", call });
    signal?.addEventListener("abort", cancel, { once: true });
    this.#send({ ...question, call });
    if (bytes !== undefined) this.#command.stdin.write(bytes);
    try {
      return await answer.promise;
    } finally {
      this.#calls.delete(call);
      signal?.removeEventListener("abort", cancel);
    }
  }

  async #watch(): Promise<void> {
    try {
      const { code, signal } = await this.#command.exited;
      const said = this.#complaint.trim().replaceAll(/\s*[\r\n]+\s*/g, "; ");
      const how = signal === undefined ? `ended with exit code ${code}` : `was ended by ${signal}`;
      this.#fail(new HostProgramError(this.#name, said === "" ? how : `${how}: ${said}`));
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #send(request: HostRequest): void {
    this.#command.stdin.write(`${JSON.stringify(request)}\n`);
  }

  #receive(line: string): void {
    let message: HostMessage;
    try {
      message = readHostMessage(this.#hide(line));
    } catch {
      this.#break(`says what we do not understand: ${this.#hide(line).slice(0, 200)}`);
      return;
    }
    if (message.type === "ready") {
      this.#ready.resolve();
      return;
    }
    const call = this.#calls.get(message.call);
    if (call === undefined) return;
    if (message.type === "event") call.onEvent(message.event);
    else if (message.type === "answer") call.answer.resolve(message.value);
    else call.answer.reject(new HostRefusal(this.#name, message));
  }

  #checked<K extends AnswerKind>(kind: K, value: unknown): ReturnType<typeof readAnswer<K>> {
    try {
      return readAnswer(kind, value);
    } catch (error) {
      throw new HostProgramError(this.#name, "answered what we do not understand", { cause: error });
    }
  }

  #break(why: string): void {
    this.#fail(new HostProgramError(this.#name, why));
    this.#command.kill();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#ready.reject(error);
    for (const { answer } of this.#calls.values()) answer.reject(this.#failure);
    this.#calls.clear();
  }
}

function wire(unit: TestUnit) {
  return { ...unit, ...(unit.selection === undefined ? {} : { selection: [...unit.selection] }) } as never;
}

function readLines({ stdout }: RunningCommand, take: (line: string) => void, tooLong: () => void): void {
  const decoder = new StringDecoder("utf8");
  let rest: string[] = [];
  let length = 0;
  stdout.on("data", (bytes: Buffer) => {
    const lines = decoder.write(bytes).split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      take(rest.length === 0 ? line : rest.join("") + line);
      rest = [];
      length = 0;
    }
    if (last === "") return;
    rest.push(last);
    length += last.length;
    if (length > longestLine) tooLong();
  });
}
