import * as v from "valibot";

/** Fields that several tools share. Descriptions are few: names and tools say what they are, and every word is paid for in each session. */
const text = (maxLength: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(maxLength));

export const fields = {
  path: v.optional(v.pipe(v.string(), v.maxLength(4096))),
  name: (maxLength: number) => text(maxLength),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500))),
  cursor: v.optional(v.pipe(v.string(), v.regex(/^\d{1,7}$/))),
  detail: v.optional(v.boolean()),
} as const;

/** The part of a list that was asked for. */
export function page<T>(
  all: readonly T[],
  {
    limit,
    cursor,
    detail,
  }: { limit?: number | undefined; cursor?: string | undefined; detail?: boolean | undefined },
  usual: number,
): { part: readonly T[]; offset: number; total: number } {
  const offset = Number(cursor ?? 0);
  return {
    part: all.slice(offset, offset + (limit ?? (detail === true ? usual * 5 : usual))),
    offset,
    total: all.length,
  };
}
