import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder, systemCode, UsageError } from "#kernel";

interface Token {
  name: string;
  hash: Buffer;
}

/** Who may use a server over HTTP: lines of `name token` in a file of the person alone. */
export class HttpTokens {
  readonly #tokens: readonly Token[];

  private constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Reads the file, or makes it with one token. @throws UsageError when it cannot be used, or others may read it */
  static of(file: string): HttpTokens {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
      if (process.getuid !== undefined && (statSync(file).mode & 0o077) !== 0)
        throw new UsageError(`others may read the tokens in "${file}"`, { hint: `chmod 600 ${file}` });
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (systemCode(error) !== "ENOENT")
        throw new UsageError(`the tokens in "${file}" cannot be read`, { cause: error });
      text = `default ${randomBytes(24).toString("base64url")}\n`;
      write(file, text);
    }
    const tokens = text.split("\n").flatMap((line) => {
      const [name = "", token = "", ...rest] = line.trim().split(/\s+/);
      if (name === "" || name.startsWith("#")) return [];
      if (token.length < 16 || rest.length > 0)
        throw new UsageError(`"${file}" must have lines of a name and a token of at least 16 characters`);
      return [{ name, hash: sha256(token) }];
    });
    if (tokens.length === 0) throw new UsageError(`there is no token in "${file}"`);
    return new HttpTokens(tokens);
  }

  /** The name of who sent this `Authorization`; undefined: nobody we know. */
  nameOf(header: string | undefined): string | undefined {
    const [, token] = /^Bearer ([^\s]+)$/i.exec(header ?? "") ?? [];
    if (token === undefined) return undefined;
    const hash = sha256(token);
    let name: string | undefined;
    // All of them, so that the time says nothing.
    for (const one of this.#tokens) if (timingSafeEqual(one.hash, hash)) name = one.name;
    return name;
  }
}

function write(file: string, text: string): void {
  try {
    makeFolder(path.dirname(file), 0o700);
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new UsageError(`no token could be written to "${file}"`, { cause: error, hint: "--tokens FILE" });
  }
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
