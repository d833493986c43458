export function isGoProfile(text: string): boolean {
  return /^mode: (set|count|atomic)\s/.test(text);
}

/** An empty tracefile is a tracefile: a batch may have touched nothing. */
export function isTracefile(text: string): boolean {
  return text.trim() === "" || /^(TN:|SF:)/.test(text);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error("is neither JSON nor lcov, Clover or a profile of Go", { cause });
  }
}
