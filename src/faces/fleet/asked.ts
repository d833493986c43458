import path from "node:path";

/** What the tables of `caelum fleet` need to know of the command line. */
export interface Asked {
  /** Absolute; files below it are shown relative to it. */
  readonly cwd: string;
  readonly options: { readonly json?: true; readonly quiet?: true; readonly verbose?: true };
}

export function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** As short as it is still clear. */
export function shownFile(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}
