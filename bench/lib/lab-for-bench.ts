import { CpuQuota } from "../../test/lab/cpu-quota.ts";
import { Lab } from "../../test/lab/lab.ts";
import type { Oddity } from "../../test/lab/oddity.ts";
import { undoAtEnd } from "./undo-at-end.ts";

/** A lab that has stopped after `use`, also when this program is ended meanwhile. */
export async function withLab<T>(
  hosts: Readonly<Record<string, Oddity>>,
  use: (lab: Lab) => Promise<T>,
): Promise<T> {
  const lab = await Lab.start(hosts);
  const done = undoAtEnd(() => lab.stop());
  try {
    return await use(lab);
  } finally {
    done();
    await lab.stop();
  }
}

/** A share of processors whose group does not outlive this program. */
export class PassingQuota extends CpuQuota {
  readonly #done = undoAtEnd(() => super.close());

  override close(): void {
    this.#done();
    super.close();
  }
}
