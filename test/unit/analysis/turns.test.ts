import { expect, it } from "vitest";
import { workFor } from "#kernel";
import { Turns } from "../../../src/analysis/service/turns.ts";

const { signal } = new AbortController();

/** Runs that end when they are told to; who has begun, in order. */
function bench(limits: { max: number; maxOfTenant: number; maxWaiting: number }) {
  const turns = new Turns(limits);
  const begun: string[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const run = (tenant: string, given = signal): Promise<void> =>
    workFor({ tenant }, () =>
      turns.run(given, () => {
        begun.push(tenant);
        const end = Promise.withResolvers<void>();
        ends.push(end);
        return end.promise;
      }),
    );
  return { begun, ends, run };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("however many runs one tenant wants, a place is left for another", async () => {
  const { begun, ends, run } = bench({ max: 3, maxOfTenant: 2, maxWaiting: 100 });
  const many = Array.from({ length: 20 }, () => run("many"));
  await settled();
  expect(begun).toEqual(["many", "many"]);
  const one = run("one");
  await settled();
  expect(begun).toEqual(["many", "many", "one"]);
  for (let at = 0; at < 21; at++) {
    await settled();
    ends[at]!.resolve();
  }
  await Promise.all([...many, one]);
});

it("who gives up leaves the line, and a run that fails makes room", async () => {
  const { begun, ends, run } = bench({ max: 1, maxOfTenant: 1, maxWaiting: 2 });
  const first = run("a");
  await settled();
  const quitter = new AbortController();
  const second = run("b", quitter.signal);
  const third = run("c");
  await settled();
  await expect(run("d")).rejects.toMatchObject({ code: "CAELUM_BUSY" });
  quitter.abort();
  await expect(second).rejects.toMatchObject({ code: "CAELUM_CANCELLED" });
  await expect(run("e", quitter.signal)).rejects.toMatchObject({ code: "CAELUM_CANCELLED" });
  ends[0]!.reject(new Error("no"));
  await expect(first).rejects.toThrow("no");
  await settled();
  expect(begun).toEqual(["a", "c"]);
  ends[1]!.resolve();
  await third;
});
