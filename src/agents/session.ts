import type { Duplex } from "node:stream";
import zlib from "node:zlib";
import type { Host, Link } from "#fleet";
import {
  type AgentMessage,
  blobPath,
  codecOf,
  compressionNames,
  Connection,
  type ControllerMessage,
  type FileReference,
  Heartbeat,
  type Hello,
  negotiate,
  parseAgentMessage,
  readInto,
  writerTo,
} from "#protocol";
import { bootProgram } from "./boot-program.ts";
import type { LocalFile } from "./built-file.ts";
import { type Answer, Calls } from "./calls.ts";
import { type CommandOptions, type RunningCommand, startCommand } from "./command.ts";
import { type Blob, Content, type Transfer } from "./content.ts";
import { AgentRequestError, SessionLostError } from "./errors.ts";
import { Leases } from "./leases.ts";
import { describeEnd, type Start, type StartedAgent } from "./start-agent.ts";
import { streamDuplex } from "./stream-duplex.ts";
import { type WorkerSpec, Workers } from "./workers.ts";

const closeGraceMs = 2000;
/** Streams are numbered in steps: a command uses three. */
const streamStep = 4;

export interface Vitals {
  /** Load average of the last minute; 0 on Windows. */
  load: number;
  /** Bytes. */
  freeMemory: number;
  freeDisk: number;
}

/** What happens on a host without having been asked for. */
export interface SessionEvents {
  onVitals?(vitals: Vitals): void;
  /** A worker process died; `unit`: what it was working on. It has been started again already. */
  onWorkerLost?(loss: { slot: number; unit?: string; reason: string }): void;
  /** Called once, when the session ends in any way but `close`. */
  onLost?(error: SessionLostError): void;
}

export interface SessionOptions extends SessionEvents {
  /** Nothing heard for so long: the host is lost. */
  silenceMs: number;
}

/** A live agent on a host. Everything it does rejects with a SessionLostError once the host is lost. */
export class Session {
  readonly host: Host;
  readonly hello: Hello;
  /** What both sides can: `none` on this machine, else a name that `codecOf` knows. */
  readonly compression: string;
  /** Settles when the session is over; undefined after an orderly `close`. */
  readonly ended: Promise<SessionLostError | undefined>;
  readonly #link: Link;
  readonly #agent: StartedAgent;
  readonly #options: SessionOptions;
  readonly #connection: Connection<AgentMessage, ControllerMessage>;
  readonly #heartbeat: Heartbeat;
  readonly #calls: Calls;
  readonly #pools = new Map<number, Leases>();
  readonly #sharesDisk: boolean;
  readonly #content: Content;
  #vitals: Vitals | undefined;
  #lastPool = 0;
  #lastLease = 0;
  #lastStream = 0;
  #failure: SessionLostError | undefined;
  #closing = false;
  #settleEnded: (error?: SessionLostError) => void = () => undefined;

  constructor(host: Host, link: Link, agent: StartedAgent, options: SessionOptions) {
    this.host = host;
    this.hello = agent.hello;
    this.#link = link;
    this.#agent = agent;
    this.#options = options;
    this.#calls = new Calls(host.name);
    this.#sharesDisk = host.address.type === "local";
    this.ended = new Promise((resolve) => {
      this.#settleEnded = resolve;
    });
    const { channel, rest } = agent;
    this.#connection = new Connection<AgentMessage, ControllerMessage>({
      parse: parseAgentMessage,
      write: writerTo(channel.stdin),
      onMessage: (message, body) => this.#receive(message, body),
      onBroken: (error) => this.#lose(`its agent does not speak our protocol: ${error.message}`, error),
    });
    this.#content = new Content(this.#connection, {
      host: host.name,
      calls: this.#calls,
      nextStream: () => this.#nextStream(),
      failure: () => this.#failure,
    });
    this.#heartbeat = new Heartbeat({
      beat: () => this.#connection.beat(),
      onSilence: (silentMs) => this.#lose(`nothing was heard for ${silentMs} ms`),
      silenceMs: options.silenceMs,
    });
    // Compressing what goes through a pipe of this machine would only cost time.
    const own = this.#sharesDisk ? [] : compressionNames(zlib);
    const agreed = negotiate(agent.hello, { compression: own });
    this.compression = agreed.compression;
    this.#connection.send({ type: "welcome", ...agreed });
    this.#connection.useCodec(codecOf(agreed.compression, zlib));
    let complaint = "";
    channel.stderr.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString("utf8")).slice(-400);
    });
    void channel.closed.then((end) => {
      const how = `its agent is gone: ${describeEnd(end)}`;
      const said = complaint.trim().replaceAll(/\s*[\r\n]+\s*/g, "; ");
      return this.#lose(said === "" ? how : `${how}: ${said}`, end.error);
    });
    channel.stdout.on("data", () => this.#heartbeat.heard());
    this.#connection.receive(rest);
    readInto(this.#connection, channel.stdout, channel.stdin);
    channel.stdout.resume();
  }

  /** What it took to start the agent. */
  get start(): Start {
    return this.#agent.start;
  }

  /** Through `putBlobs` and `startWorkers`, up to now. */
  get transfer(): Readonly<Transfer> {
    return this.#content.transfer;
  }

  /** What the host last said about its load, every two seconds. */
  get vitals(): Vitals | undefined {
    return this.#vitals;
  }

  /** Workers the host should run: what the fleet file says, else one for each core. */
  get slots(): number {
    return this.host.slots ?? this.hello.cores;
  }

  /** All that the host knows about itself; see `docs/` for the names. */
  async facts(): Promise<Record<string, unknown>> {
    const { facts } = await this.#ask((call) => ({ type: "facts", call }), "facts");
    return typeof facts === "object" && facts !== null ? { ...facts } : {};
  }

  /** Sends what the host does not have yet, starts the processes, and waits until all are ready. */
  async startWorkers(spec: WorkerSpec): Promise<Workers> {
    const { bundle, assets = [], params = null, slots, readable = [], memoryMb } = spec;
    if (!this.#sharesDisk) await this.putBlobs([bundle, ...assets]);
    const pool = ++this.#lastPool;
    const leases = new Leases({
      host: this.host.name,
      pool,
      credits: slots * 2,
      nextNumber: () => ++this.#lastLease,
      send: (message, body) => this.#connection.send(message, body),
    });
    this.#pools.set(pool, leases);
    const stop = async (): Promise<void> => {
      await this.#ask((call) => ({ type: "workers.stop", call, pool }), "done");
      this.#pools.delete(pool);
      leases.failAll(new AgentRequestError(this.host.name, "stopped", "the workers were stopped"));
    };
    try {
      await this.#ask(
        (call) => ({
          type: "workers.start",
          call,
          pool,
          bundle: [this.#reference(bundle)],
          assets: assets.map((asset) => this.#reference(asset)),
          params,
          slots,
          readable: this.#sharesDisk ? [...readable] : [],
          ...(memoryMb === undefined ? {} : { memoryMb }),
          ...this.#environment(),
        }),
        "done",
      );
    } catch (error) {
      this.#pools.delete(pool);
      throw error;
    }
    return new Workers(slots, leases, stop);
  }

  /** Which of these the host does not have. */
  missingBlobs(shas: readonly string[]): Promise<string[]> {
    return this.#content.missing(shas);
  }

  /** Puts what is missing; returns how much that was. Content is verified on the host before it is kept. */
  putBlobs(blobs: readonly Blob[]): Promise<{ sent: number; bytes: number }> {
    return this.#content.put(blobs);
  }

  /** The content of a blob on the host. Rejects with an AgentRequestError when it is not there. */
  getBlob(sha: string): Promise<Uint8Array> {
    return this.#content.get(sha);
  }

  /** Starts a program on the host, without a shell, in the environment of its entry. Rejects with an AgentRequestError when there is no such program. */
  exec(program: string, args: readonly string[], options: CommandOptions = {}): Promise<RunningCommand> {
    const env = { ...this.host.environment, ...options.env };
    return startCommand(
      program,
      args,
      { ...options, env },
      {
        calls: this.#calls,
        connection: this.#connection,
        firstStream: this.#nextStream(),
      },
    );
  }

  /**
   * Starts a file of ours, sent if the host has it not, as a program of its own on the agent's Node. Unlike a worker it
   * may start others.
   */
  async startProgram(
    file: LocalFile,
    args: readonly string[] = [],
    options: CommandOptions = {},
  ): Promise<RunningCommand> {
    if (!this.#sharesDisk) await this.putBlobs([file]);
    const { program, home } = this.hello;
    const place = this.#sharesDisk ? file.path : `${home}/blobs/${blobPath(file.sha)}`;
    return this.exec(program, ["-e", bootProgram, place, file.sha, ...args], options);
  }

  /** A TCP connection made from the host. Nothing listens anywhere. */
  async tunnel(address: { host: string; port: number }): Promise<Duplex> {
    const stream = this.#nextStream();
    const { duplex, drop } = streamDuplex(this.#connection, stream);
    try {
      await this.#ask((call) => ({ type: "tunnel", call, stream, ...address }), "done");
    } catch (error) {
      drop();
      throw error;
    }
    return duplex;
  }

  /** Ends the agent and everything it started, then the link. Open leases reject. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#connection.send({ type: "bye" });
      let timer: NodeJS.Timeout | undefined;
      const grace = new Promise((resolve) => {
        timer = setTimeout(resolve, closeGraceMs);
      });
      await Promise.race([this.#agent.channel.closed, grace]);
      clearTimeout(timer);
      this.#end(new SessionLostError(this.host.name, "the session was closed"));
      this.#settleEnded();
    }
    await this.ended;
  }

  #receive(message: AgentMessage, body: Uint8Array): void {
    switch (message.type) {
      case "result":
      case "refused":
        for (const leases of this.#pools.values()) if (leases.receive(message, body)) return;
        return;
      case "worker.lost":
        this.#options.onWorkerLost?.(message);
        return;
      case "vitals":
        this.#vitals = message;
        this.#options.onVitals?.(message);
        return;
      default:
        this.#calls.receive(message);
    }
  }

  async #ask<T extends Answer["type"]>(
    question: (call: number) => ControllerMessage,
    type: T,
  ): Promise<Extract<Answer, { type: T }>> {
    if (this.#failure !== undefined) throw this.#failure;
    const call = this.#calls.begin();
    try {
      this.#connection.send(question(call));
      return await this.#calls.next(call, type);
    } finally {
      this.#calls.end(call);
    }
  }

  #reference(file: LocalFile): FileReference {
    const { name, sha, path } = file;
    return this.#sharesDisk ? { name, sha, path } : { name, sha };
  }

  #environment(): { env?: Record<string, string> } {
    const { environment } = this.host;
    return Object.keys(environment).length === 0 ? {} : { env: { ...environment } };
  }

  #nextStream(): number {
    return (this.#lastStream += streamStep);
  }

  #lose(why: string, cause?: unknown): void {
    if (this.#failure !== undefined || this.#closing) return;
    const error = new SessionLostError(this.host.name, why, { cause });
    this.#end(error);
    this.#settleEnded(error);
    this.#options.onLost?.(error);
  }

  #end(error: SessionLostError): void {
    this.#failure ??= error;
    this.#heartbeat.stop();
    this.#calls.failAll(error);
    for (const leases of this.#pools.values()) leases.failAll(error);
    this.#connection.close(error.message);
    this.#agent.channel.destroy();
    this.#link.close();
  }
}
