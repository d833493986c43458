import { expect, it } from "vitest";
import { Admission } from "../../../src/faces/mcp/admission.ts";

/** How many of so many calls are let in; none of them ends. */
function enter(admission: Admission, tenant: string, calls: number): number {
  let entered = 0;
  for (let at = 0; at < calls; at++) {
    try {
      admission.enter(tenant);
      entered++;
    } catch (error) {
      expect(error).toMatchObject({ code: "CAELUM_BUSY", data: { retryAfterMs: 1000 } });
    }
  }
  return entered;
}

it("one tenant may have all that there is, and another still gets in", () => {
  const admission = new Admission();
  expect(enter(admission, "many", 3000)).toBe(2000);
  expect(enter(admission, "one", 10)).toBe(10);
  expect(enter(admission, "many", 10)).toBe(0);
  expect(admission.underWay).toBe(2010);
});

it("however many tenants come, there is an end to it", () => {
  const admission = new Admission();
  for (let tenant = 0; tenant < 500; tenant++) enter(admission, `t${tenant}`, 50);
  expect(admission.underWay).toBeLessThanOrEqual(4000);
});

it("a call that ends makes room once, however often it says so", () => {
  const admission = new Admission();
  const leave = admission.enter("a");
  const stay = admission.enter("a");
  leave();
  leave();
  expect(admission.underWay).toBe(1);
  stay();
  expect(admission.underWay).toBe(0);
});
