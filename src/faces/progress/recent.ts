/** What was done lately, in marks of half a second: its length is bounded, whatever the pace. */
export interface Recent {
  /** When measuring began. */
  readonly since: number;
  readonly marks: readonly Mark[];
}

interface Mark {
  readonly at: number;
  readonly bytes: number;
  readonly files: number;
}

export interface Rates {
  readonly bytesPerSecond: number;
  readonly filesPerSecond: number;
}

const markMs = 500;
/** Long enough that a large file does not make a host look stuck, short enough that a lost host shows. */
const windowMs = 15_000;

export function startRecent(now: number): Recent {
  return { since: now, marks: [] };
}

export function addWork(recent: Recent, now: number, bytes: number, files: number): Recent {
  const kept = recent.marks.filter(({ at }) => at > now - windowMs);
  const last = kept.at(-1);
  if (last === undefined || now - last.at >= markMs) kept.push({ at: now, bytes, files });
  else kept[kept.length - 1] = { at: last.at, bytes: last.bytes + bytes, files: last.files + files };
  return { since: recent.since, marks: kept };
}

/** Speed over the window, or since measuring began; undefined while that is shorter than `minMs`. */
export function rates(recent: Recent, now: number, minMs: number): Rates | undefined {
  const from = Math.max(recent.since, now - windowMs);
  const ms = now - from;
  if (ms < minMs || ms <= 0) return undefined;
  const within = recent.marks.filter(({ at }) => at >= from);
  const total = (of: "bytes" | "files"): number => within.reduce((sum, mark) => sum + mark[of], 0);
  return {
    bytesPerSecond: (total("bytes") / ms) * 1000,
    filesPerSecond: (total("files") / ms) * 1000,
  };
}

/** A pause of `ms` did not happen. */
export function skipTime(recent: Recent, ms: number): Recent {
  return {
    since: recent.since + ms,
    marks: recent.marks.map((mark) => ({ ...mark, at: mark.at + ms })),
  };
}
