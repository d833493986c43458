import { CaelumError } from "#kernel";

/** What is printed could not be written: the disk behind `>` is full, say. */
export class StreamError extends CaelumError {
  constructor(what: "output" | "messages", cause: unknown) {
    super("CAELUM_OUTPUT", "incomplete", `the ${what} could not be written`, { cause });
  }
}

/** Node had nothing left to do, and the command was not done. */
export class UnfinishedError extends CaelumError {
  constructor() {
    super(
      "CAELUM_UNFINISHED",
      "incomplete",
      "ended before it was done: something that was waited for never came",
      {
        hint: "look into caelum.config.js or .ts, if there is one: it may await what never happens",
      },
    );
  }
}
