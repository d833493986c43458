import type { HostPool } from "#crew";
import type { EventBody } from "#kernel";
import type { Lease, Outcome } from "#schedule";
import type { FileItem } from "./units.ts";

export type FleetSummary = Omit<Extract<EventBody, { type: "fleet.summary" }>, "type">;

/** Counts while a run goes on what its summary tells at the end. */
export class FleetTally {
  readonly #done = new Map<string, { files: number; bytes: number }>();
  readonly #retried = new Map<string, { host: string; reason: string; units: number }>();

  finished({ host, items }: Lease<FileItem>, bytes: number): void {
    const done = this.#done.get(host) ?? { files: 0, bytes: 0 };
    this.#done.set(host, { files: done.files + items.length, bytes: done.bytes + bytes });
  }

  retried(host: string, reason: string): void {
    // Which unit it was makes the same trouble look different each time.
    const why = reason.replace(/^unit "[^"]*" on host "[^"]*": /, "");
    const key = `${host}\n${why}`;
    const before = this.#retried.get(key)?.units ?? 0;
    this.#retried.set(key, { host, reason: why, units: before + 1 });
  }

  /** `ms`: from the first lease to the last result. */
  summary(outcome: Outcome<FileItem>, pool: HostPool<unknown>, ms: number): FleetSummary {
    const work = outcome.perHost.reduce((sum, { weight }) => sum + weight, 0);
    const hosts = outcome.perHost.map(({ host, weight, busyMs, retries }) => {
      const workers = pool.all.filter(({ name }) => name === host);
      const { files = 0, bytes = 0 } = this.#done.get(host) ?? {};
      return {
        host,
        slots: workers.at(-1)?.slots ?? 0,
        files,
        bytes,
        share: work === 0 ? 0 : weight / work,
        busyMs,
        retries,
        sent: workers.reduce((sum, { transfer }) => sum + transfer.sent, 0),
        saved: workers.reduce((sum, { transfer }) => sum + transfer.saved, 0),
      };
    });
    const speedUp = speedUpOf(outcome, new Map(hosts.map(({ host, slots }) => [host, slots])), ms);
    return {
      hosts,
      failed: [...pool.unused],
      retried: [...this.#retried.values()],
      ms,
      ...(speedUp === undefined ? {} : { speedUp }),
      sent: hosts.reduce((sum, { sent }) => sum + sent, 0),
      saved: hosts.reduce((sum, { saved }) => sum + saved, 0),
      copies: outcome.copies,
      fellBack: outcome.fellBack,
    };
  }
}

/** How much longer the fastest of the hosts would have worked alone, at the speed it has shown. */
function speedUpOf(
  { perHost }: Outcome<FileItem>,
  slots: ReadonlyMap<string, number>,
  ms: number,
): number | undefined {
  const work = perHost.reduce((sum, { weight }) => sum + weight, 0);
  const speeds = perHost
    .filter(({ weight, busyMs }) => weight > 0 && busyMs > 0)
    .map(({ host, weight, busyMs }) => (weight / busyMs) * (slots.get(host) ?? 1));
  return speeds.length === 0 || ms <= 0 ? undefined : work / Math.max(...speeds) / ms;
}
