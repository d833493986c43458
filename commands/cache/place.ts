/** Where facts are kept, from the settings of the caches. */
export function cachePlace({
  folder,
  maxSize,
  redis,
}: {
  folder: string;
  maxSize: number;
  redis: string | undefined;
}): { folder: string; maxBytes: number; redis?: string } {
  return { folder, maxBytes: maxSize, ...(redis === undefined ? {} : { redis }) };
}
