import { array, assert, constant, constantFrom, nat, oneof, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { FairQueue, type Waiting } from "#kernel";

interface Task extends Waiting {
  id: number;
}

const task = (tenant: string, id: number, priority = 0, queuedAt = 0): Task => ({
  tenant,
  id,
  priority,
  queuedAt,
});

/** Takes all of it, 10 ms each; who was served, in order. */
function served(queue: FairQueue<Task>, count = queue.length, now = 0): string[] {
  return Array.from({ length: count }, (_, at) => queue.take(now + at, 10)!.tenant);
}

describe("a fair queue", () => {
  it("gives the next turn to the one call of a tenant, whoever has queued a thousand before", () => {
    const queue = new FairQueue<Task>(1000);
    for (let id = 0; id < 1000; id++) queue.push(task("many", id));
    served(queue, 300);
    queue.push(task("one", 0, 0, 300));
    expect(served(queue, 2, 5000)).toContain("one");
  });

  it("takes turns between those who want as much, and by what was used, not by how many", () => {
    const queue = new FairQueue<Task>(1000);
    for (let id = 0; id < 30; id++) for (const tenant of ["a", "b", "c"]) queue.push(task(tenant, id));
    const first = served(queue, 30);
    for (const tenant of ["a", "b", "c"]) expect(first.filter((one) => one === tenant)).toHaveLength(10);
    // What a has got was nine times as dear as it was thought.
    queue.charge("a", 800);
    expect(served(queue, 40)).not.toContain("a");
  });

  it("keeps the order of one tenant's equally urgent tasks", () => {
    const queue = new FairQueue<Task>(1000);
    for (let id = 0; id < 20; id++) queue.push(task("a", id, 0, id));
    expect(Array.from({ length: 20 }, () => queue.take(30, 10)!.id)).toEqual([...Array(20).keys()]);
  });

  it("lets the urgent go before the patient, until those have waited for long enough", () => {
    const queue = new FairQueue<Task>(1000);
    queue.push(task("batch", 0, 5, 0));
    for (let id = 0; id < 10; id++) queue.push(task("asker", id, 0, 4000));
    expect(served(queue, 5, 4100)).toEqual(Array.from({ length: 5 }, () => "asker"));
    expect(served(queue, 1, 5001)).toEqual(["batch"]);
  });

  it("gives nobody credit for the time when they wanted nothing", () => {
    const queue = new FairQueue<Task>(1000);
    queue.push(task("late", 0));
    served(queue);
    for (let id = 0; id < 100; id++) queue.push(task("early", id));
    served(queue, 50);
    for (let id = 0; id < 100; id++) queue.push(task("late", id));
    const next = served(queue, 20);
    expect(next.filter((tenant) => tenant === "early").length).toBeGreaterThanOrEqual(9);
  });

  it("makes room by taking back the newest of whoever has most, never for that one itself", () => {
    const queue = new FairQueue<Task>(1000);
    for (let id = 0; id < 10; id++) queue.push(task("many", id));
    queue.push(task("few", 0));
    expect(queue.makeRoomFor("many")).toBeUndefined();
    expect(queue.makeRoomFor("few")).toMatchObject({ tenant: "many", id: 9 });
    expect(queue.length).toBe(10);
  });

  it("loses nothing and gives nothing twice, whatever is asked of it", () => {
    const command = oneof(
      record({ do: constant("push"), tenant: nat(4), priority: nat(5) }),
      record({ do: constantFrom("take", "remove", "room", "charge"), tenant: nat(4) }),
    );
    assert(
      property(array(command, { maxLength: 200 }), (commands) => {
        const queue = new FairQueue<Task>(10);
        const inside = new Set<Task>();
        for (const [at, one] of commands.entries()) {
          const tenant = String(one.tenant);
          if ("priority" in one) {
            const pushed = task(tenant, at, one.priority, at);
            queue.push(pushed);
            inside.add(pushed);
          } else if (one.do === "charge") queue.charge(tenant, at - 100);
          else {
            const [any] = inside;
            const taken =
              one.do === "take" ? queue.take(at, 3) : one.do === "room" ? queue.makeRoomFor(tenant) : any;
            if (one.do === "remove" && any !== undefined) expect(queue.remove(any)).toBe(true);
            if (one.do === "take") expect(taken === undefined).toBe(inside.size === 0);
            if (taken !== undefined) expect(inside.delete(taken)).toBe(true);
          }
          expect(queue.length).toBe(inside.size);
        }
        expect(new Set(queue.drain())).toEqual(inside);
      }),
    );
  });

  it("forgets tenants that want nothing, and none that waits", () => {
    const queue = new FairQueue<Task>(1000);
    queue.push(task("waits", 7));
    for (let id = 0; id < 5000; id++) {
      const guest = task(`guest ${id}`, id);
      queue.push(guest);
      queue.remove(guest);
    }
    expect(queue.take(0, 1)).toMatchObject({ id: 7 });
  });
});
