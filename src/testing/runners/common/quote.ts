/** Words of a command, quoted for a POSIX shell where they need it. */
export function quoteCommand(words: readonly string[]): string {
  return words.map(quoteWord).join(" ");
}

export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Splits a command line as a POSIX shell does with quotes and backslashes; knows no expansion. */
export function splitWords(command: string): string[] {
  const words: string[] = [];
  const pattern = /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)|(\s+)|([^\s"'\\]+)/gs;
  let word: string | undefined;
  for (const [, double, single, escaped, space, text] of command.matchAll(pattern)) {
    if (space !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + (double?.replaceAll(/\\(["\\$`])/g, "$1") ?? single ?? escaped ?? text ?? "");
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** A regular expression for exactly this text. */
export function exactPattern(text: string): string {
  return `^${escapePattern(text)}$`;
}

export function escapePattern(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}
