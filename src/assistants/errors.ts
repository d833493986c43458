import { CaelumError } from "#kernel";

/** The configuration of an assistant is not what it should be; nothing was changed. */
export class AssistantFileError extends CaelumError {
  constructor(file: string, why: string, details: { hint?: string; cause?: unknown } = {}) {
    super("CAELUM_ASSISTANT_FILE", "usage", `${file}:${why}`, { ...details, data: { file } });
  }
}
