import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Where test files of a made suite stop, on all hosts of a lab, until they are let through: what is to happen in the middle
 * of a test happens there, however fast or crowded the machine is.
 */
export class Gate {
  readonly #folder: string;

  /** `shared`: a folder that all hosts see. */
  constructor(shared: string) {
    this.#folder = mkdtempSync(path.join(shared, "gate-"));
  }

  /** A file with this name has come there once this one is there. */
  arrival(name: string): string {
    return path.join(this.#folder, `${name}.arrived`);
  }

  /** It goes on when one of these is there. */
  passes(name: string): string[] {
    return [name, "all"].map((each) => path.join(this.#folder, each));
  }

  isReached(name: string): boolean {
    return existsSync(this.arrival(name));
  }

  open(name: string): void {
    writeFileSync(path.join(this.#folder, name), "");
  }

  openAll(): void {
    this.open("all");
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder);
  }
}
