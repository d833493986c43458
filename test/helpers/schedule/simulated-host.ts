import type { FailureType, HostSpec, Item, Lease } from "#schedule";
import type { Timeline } from "./timeline.ts";

/** Something that happens to a host, all times in virtual milliseconds. */
export type Fault =
  /** Down and empty for `ms`; its sessions are gone. */
  | { readonly type: "crash"; readonly at: number; readonly ms: number }
  /** Stands still for `ms`; longer than the detection time, the session is given up, yet results may still come. */
  | { readonly type: "freeze"; readonly at: number; readonly ms: number }
  /** Works `factor` times as fast for `ms`. */
  | { readonly type: "slow"; readonly at: number; readonly ms: number; readonly factor: number };

export interface HostModel {
  readonly spec: HostSpec;
  /** Weight per millisecond and slot. */
  readonly speed: number;
  /** Time a lease takes on the host beside its work. */
  readonly overheadMs: number;
  /** One way. */
  readonly latencyMs: number;
  readonly joinsAt?: number | undefined;
  readonly leavesAt?: number | undefined;
  readonly faults?: readonly Fault[] | undefined;
  /** Every n-th lease loses its worker, whatever it is. */
  readonly losesEvery?: number | undefined;
  readonly refuses?: ((item: Item) => boolean) | undefined;
}

/** What an item really does, whatever is expected of it. */
export interface ItemModel {
  /** Cost as a multiple of the item's weight. */
  readonly cost: number;
  readonly fault?: "kills-worker" | "throws" | undefined;
}

export type Answer = { readonly type: "done" } | { readonly type: FailureType; readonly message: string };

/** How long until silence is taken for a loss, and until a connection to a host that is down fails. */
export const detectionMs = 3000;
const connectMs = 500;

interface Task {
  readonly lease: Lease;
  readonly answer: (answer: Answer) => void;
  running: boolean;
  over: boolean;
}

/** A host with slots and a first-in-first-out queue, working at a rate that its faults change. */
export class SimulatedHost {
  readonly model: HostModel;
  readonly #timeline: Timeline;
  readonly #itemModel: (item: Item) => ItemModel;
  readonly #tasks = new Map<number, Task>();
  #started = 0;

  constructor(model: HostModel, timeline: Timeline, itemModel: (item: Item) => ItemModel) {
    this.model = model;
    this.#timeline = timeline;
    this.#itemModel = itemModel;
    for (const fault of model.faults ?? []) {
      if (fault.type === "crash") timeline.plan(fault.at, () => this.#crash());
      else if (fault.type === "freeze" && fault.ms > detectionMs)
        timeline.plan(fault.at + detectionMs, () => this.#silence());
    }
  }

  give(lease: Lease, answer: (answer: Answer) => void): void {
    const { now } = this.#timeline;
    const task: Task = { lease, answer, running: false, over: false };
    this.#timeline.plan(now + this.model.latencyMs, () => {
      if (this.#isDown()) this.#reply(task, { type: "host-lost", message: "unreachable" }, connectMs);
      else if (this.model.refuses !== undefined && lease.items.some((item) => this.model.refuses?.(item)))
        this.#reply(task, { type: "refused", message: "not here" }, 0);
      else {
        this.#tasks.set(lease.id, task);
        this.#runNext();
      }
    });
  }

  /** The answer is not wanted any more. A frozen host does not hear it and answers all the same. */
  stop(id: number): void {
    const task = this.#tasks.get(id);
    if (task === undefined) return;
    this.#tasks.delete(id);
    if (this.rateAt(this.#timeline.now) > 0) task.over = true;
    this.#runNext();
  }

  /** Share of full speed at a time; 0 when frozen or down. */
  rateAt(at: number): number {
    let rate = 1;
    for (const fault of this.model.faults ?? []) {
      if (at < fault.at || at >= fault.at + fault.ms) continue;
      rate *= fault.type === "slow" ? fault.factor : 0;
    }
    return rate;
  }

  #isDown(): boolean {
    const { now } = this.#timeline;
    return (this.model.faults ?? []).some(
      (fault) => fault.type !== "slow" && now >= fault.at && now < fault.at + fault.ms,
    );
  }

  #runNext(): void {
    let running = 0;
    for (const task of this.#tasks.values()) {
      if (running === this.model.spec.slots) return;
      if (!task.running) this.#run(task);
      running++;
    }
  }

  #run(task: Task): void {
    task.running = true;
    const { overheadMs, speed, losesEvery } = this.model;
    const { items } = task.lease;
    const models = items.map((item) => ({ item, ...this.#itemModel(item) }));
    const culprit = models.findIndex(({ fault }) => fault !== undefined);
    const done = culprit === -1 ? models : models.slice(0, culprit + 1);
    const work = done.reduce((sum, { item, cost }) => sum + item.weight * cost, 0);
    const unlucky = losesEvery !== undefined && ++this.#started % losesEvery === 0;
    const fault = models[culprit]?.fault;
    const end = this.#endOf(this.#timeline.now, overheadMs + work / speed);
    this.#timeline.plan(end, () => {
      if (task.over) return;
      this.#tasks.delete(task.lease.id);
      if (unlucky || fault === "kills-worker")
        this.#reply(task, { type: "worker-lost", message: "killed" }, 0);
      else if (fault === "throws") this.#reply(task, { type: "failed", message: "threw" }, 0);
      else this.#reply(task, { type: "done" }, 0);
      this.#runNext();
    });
  }

  /** When work of so many milliseconds at full speed is done: the rate changes only where a fault starts or ends. */
  #endOf(start: number, ms: number): number {
    const edges = (this.model.faults ?? []).flatMap(({ at, ms }) => [at, at + ms]).sort((a, b) => a - b);
    let at = start;
    let left = ms;
    for (const edge of edges) {
      if (edge <= at) continue;
      const rate = this.rateAt(at);
      if (left <= (edge - at) * rate) return at + left / rate;
      left -= (edge - at) * rate;
      at = edge;
    }
    return at + left;
  }

  #reply(task: Task, answer: Answer, afterMs: number): void {
    task.over = true;
    this.#timeline.plan(this.#timeline.now + afterMs + this.model.latencyMs, () => task.answer(answer));
  }

  #crash(): void {
    for (const task of this.#tasks.values())
      this.#reply(task, { type: "host-lost", message: "crashed" }, detectionMs);
    this.#tasks.clear();
  }

  /** One lease tells of the loss; the others may still be answered when the host thaws, and must not count. */
  #silence(): void {
    const [first] = this.#tasks.values();
    first?.answer({ type: "host-lost", message: "silent" });
  }
}
