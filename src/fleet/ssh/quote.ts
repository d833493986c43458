/**
 * One command line for a login shell. Words of harmless characters stay bare, so that Windows' cmd reads them too;
 * others are put in single quotes, which sh, csh, fish, zsh and ksh read alike as long as the word holds no quote,
 * backslash, newline or exclamation mark.
 */
export function commandLine(words: readonly string[]): string {
  return words.map(quoteWord).join(" ");
}

function quoteWord(word: string): string {
  if (/^[\w@%+=:,./\\-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
