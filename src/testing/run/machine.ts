import type { Session } from "#agents";
import type { Preparation } from "#crew";
import { LeaseFailure } from "#schedule";
import type { OpenedProjects, OpenRequest } from "../host/wire.ts";
import { HostProgramError } from "./errors.ts";
import { TestHost } from "./test-host.ts";

/** Where and how the tests of a session's host are run: the tree is there once this has resolved. */
export type PlaceTree = (session: Session, program: TestHost) => Promise<OpenRequest>;

/** A host's program, started again after it has died: the session outlives it. */
export class TestMachine {
  readonly #session: Session;
  readonly #place: PlaceTree;
  #current: Promise<{ program: TestHost; opened: OpenedProjects }> | undefined;

  constructor(session: Session, place: PlaceTree) {
    this.#session = session;
    this.#place = place;
  }

  /** What is in the tree, as this host sees it. */
  async projects(): Promise<OpenedProjects> {
    return (await this.#ready()).opened;
  }

  /** Rejects with a LeaseFailure when the program dies of it or before. */
  async use<T>(work: (program: TestHost) => Promise<T>): Promise<T> {
    try {
      const { program } = await this.#ready();
      return await work(program);
    } catch (error) {
      if (!(error instanceof HostProgramError)) throw error;
      // The next one starts it anew.
      this.#current = undefined;
      throw new LeaseFailure("worker-lost", error.message, { cause: error });
    }
  }

  #ready(): Promise<{ program: TestHost; opened: OpenedProjects }> {
    if (this.#current === undefined) {
      const starting = this.#start();
      starting.catch(() => {
        if (this.#current === starting) this.#current = undefined;
      });
      this.#current = starting;
    }
    return this.#current;
  }

  async #start(): Promise<{ program: TestHost; opened: OpenedProjects }> {
    const program = await TestHost.start(this.#session);
    const opened = await program.open(await this.#place(this.#session, program));
    return { program, opened };
  }
}

/** Makes sessions ready for tests; hosts that are not wanted after all get nothing. */
export function testMachines(
  place: PlaceTree,
  isWanted: (session: Session) => boolean,
): Preparation<TestMachine> {
  return async (session) => {
    const machine = new TestMachine(session, place);
    if (isWanted(session)) await machine.projects();
    return { work: machine, slots: session.slots };
  };
}
