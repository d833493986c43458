/**
 * One command line for a login shell. A text is one already. Words of harmless characters stay bare; others are put in single quotes, which sh, csh, fish, zsh and ksh read alike as long as the word holds no quote,
 * backslash, newline or exclamation mark.
 */
export function commandLine(command: string | readonly string[]): string {
  return typeof command === "string" ? command : command.map(quoteWord).join(" ");
}

/** One word, as it is typed. */
export function quoteWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
