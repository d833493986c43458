/** Made when it is needed, which takes as long as a fifth of the start of Node. */
let grouped: Intl.NumberFormat | undefined;

/** Numbers as people read them: thousands grouped, units behind a space. */
export function count(value: number): string {
  grouped ??= new Intl.NumberFormat("en-US");
  return grouped.format(value);
}

/** `1 file`, `4,227 files`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Decimal units, as disks and networks count: `39.2 MB`. */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"] as const;
  const power = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 ? scaled : scaled.toFixed(1)} ${units[power]}`;
}

/** A clock: `0:04`, `1:02:03`. */
export function clockTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = String(s).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${tail}` : `${m}:${tail}`;
}

/** An estimate, no more exact than it can be: `3 s`, `2 min`, `1 h 10 min`. */
export function roughly(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A duration that was measured: `0.2 s`, `41 s`, `2:05 min`. */
export function seconds(ms: number): string {
  if (ms >= 99_500) return `${clockTime(ms)} min`;
  return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;
}
