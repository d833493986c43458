import { describe, expect, it } from "vitest";
import { newEstimate, observe, speedOf, startOf } from "../../../src/schedule/speed.ts";

const overheadMs = 0;

describe("what is learned of a host", () => {
  it("the first lease counts as long as there is no other", () => {
    const estimate = newEstimate();
    observe(estimate, 100, 1000);
    expect(speedOf(estimate, overheadMs)).toBeCloseTo(0.1);
    expect(startOf(estimate, overheadMs)).toBeUndefined();
  });

  it("later leases tell its speed, and by that what it took to begin", () => {
    const estimate = newEstimate();
    observe(estimate, 100, 1000);
    for (let lease = 0; lease < 5; lease++) observe(estimate, 100, 100);
    expect(speedOf(estimate, overheadMs)).toBeCloseTo(1);
    expect(startOf(estimate, overheadMs)).toBeCloseTo(900);
  });
});
