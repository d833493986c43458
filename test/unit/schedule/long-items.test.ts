import { describe, expect, it } from "vitest";
import { plainHost, simulate } from "../../helpers/schedule/simulate.ts";
import { seeded } from "../../helpers/schedule/random.ts";

/** As test files are: a few take most of the time. Milliseconds. */
function suite(random: () => number) {
  const long = Array.from({ length: 8 }, (_, place) => 5500 - 550 * place);
  const short = Array.from({ length: 30 }, () => 30 + Math.round(random() * 400));
  return [...long, ...short].map((weight, number) => ({ id: `file-${number}`, weight }));
}

describe("items longer than a lease", () => {
  it("never wait on a host while others have nothing to do", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const items = suite(seeded(seed));
      const hosts = ["a", "b", "c", "d"].map((name) =>
        plainHost(name, { slots: 1, speed: 1, overheadMs: 40, latencyMs: 5 }),
      );
      const options = { k: 1.5, overheadMs: 300, maxLeaseMs: 30_000, maxItems: 500 };
      const { makespanMs, outcome } = simulate({ items, hosts, options });
      expect(outcome.complete).toBe(true);
      const ideal = items.reduce((sum, { weight }) => sum + weight, 0) / hosts.length;
      expect(makespanMs / ideal, `seed ${seed}`).toBeLessThan(1.2);
    }
  });
});
