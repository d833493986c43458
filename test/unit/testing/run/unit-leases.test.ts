import { expect, test } from "vitest";
import type { CrewHost } from "#crew";
import type { Lease } from "#schedule";
import type { WireEvent } from "../../../../src/testing/host/wire.ts";
import type { TestUnit } from "../../../../src/testing/model.ts";
import type { UnitItem } from "../../../../src/testing/run/items.ts";
import { Ledger } from "../../../../src/testing/run/ledger.ts";
import type { TestMachine } from "../../../../src/testing/run/machine.ts";
import { UnitLeases } from "../../../../src/testing/run/unit-leases.ts";

/** A host whose program does units one after the other, each when it is told to. */
class StepwiseHost {
  readonly name: string;
  readonly began: string[] = [];
  wasCancelled = false;
  #finish: () => void = () => undefined;

  constructor(name: string) {
    this.name = name;
  }

  finishOne(): Promise<void> {
    this.#finish();
    return new Promise((resolve) => void setImmediate(resolve));
  }

  asHost(): CrewHost<TestMachine> {
    const program = { run: this.#run.bind(this) };
    const work = { use: (use: (with_: typeof program) => Promise<void>) => use(program) };
    const lease = (_signal: AbortSignal, use: (session: { work: typeof work }) => Promise<void>) =>
      use({ work });
    return { name: this.name, lease } as unknown as CrewHost<TestMachine>;
  }

  async #run(
    units: readonly TestUnit[],
    tell: (event: WireEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const cancelled = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    for (const { id } of units) {
      this.began.push(id);
      await Promise.race([new Promise<void>((resolve) => void (this.#finish = resolve)), cancelled]);
      if (signal.aborted) {
        this.wasCancelled = true;
        return;
      }
      tell({ type: "unit.ended", unit: id, end: "done", ms: 1 });
    }
  }
}

const items = ["a", "b", "c"].map((id): UnitItem => {
  const unit = { id, project: "", runner: "pytest", file: id, bytes: 1 };
  return { id: `1|${id}`, unit, attempt: 1, weight: 1 };
});

test("a copy of a lease begins at its other end, and both are over when all has been answered", async () => {
  const ledger = new Ledger();
  const leases = new UnitLeases("linux", ledger, { emit: () => undefined, onFailure: () => undefined });
  const [one, two] = [new StepwiseHost("one"), new StepwiseHost("two")];
  const execute = (host: StepwiseHost, id: number): Promise<void> => {
    const lease: Lease<UnitItem> = { id, unit: 7, host: host.name, attempt: id, epoch: 0, items };
    return leases.execute(host.asHost(), lease, new AbortController().signal);
  };
  const both = [execute(one, 1), execute(two, 2)];
  await two.finishOne();
  await two.finishOne();
  await one.finishOne();
  await Promise.all(both);
  expect([one.began, two.began]).toEqual([
    ["a", "b"],
    ["c", "b", "a"],
  ]);
  expect(ledger.runs.map(({ unit, host }) => `${unit.id} ${host}`).toSorted()).toEqual([
    "a one",
    "b two",
    "c two",
  ]);
  expect([one.wasCancelled, two.wasCancelled]).toEqual([true, true]);
});

test("a lease that nobody helps with ends by itself, and its runner stays up", async () => {
  const leases = new UnitLeases("linux", new Ledger(), { emit: () => undefined, onFailure: () => undefined });
  const host = new StepwiseHost("one");
  const lease: Lease<UnitItem> = { id: 1, unit: 7, host: "one", attempt: 1, epoch: 0, items };
  const done = leases.execute(host.asHost(), lease, new AbortController().signal);
  for (const _ of items) await host.finishOne();
  await done;
  expect(host.wasCancelled).toBe(false);
});
