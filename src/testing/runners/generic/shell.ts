/** How a command line of the user's is run: by the shell of the system, as npm runs scripts. */
export function shellFor(command: string): { program: string; args: string[] } {
  if (process.platform !== "win32") return { program: "/bin/sh", args: ["-c", command] };
  return { program: process.env["ComSpec"] ?? "cmd.exe", args: ["/d", "/s", "/c", command] };
}

/** Puts words in the place of `{files}`, each quoted for the shell of the system. */
export function fillIn(command: string, files: readonly string[]): string {
  const quote = process.platform === "win32" ? quoteForCmd : quoteForPosix;
  // A function: `$&` in a name must not mean anything.
  return command.replaceAll("{files}", () => files.map(quote).join(" "));
}

/** Always quoted: a name like `-x;rm` or `~a` means nothing between single quotes. */
function quoteForPosix(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Names of files cannot hold `"` on Windows; `%` is the one thing that quotes do not protect. */
export function quoteForCmd(word: string): string {
  return `"${word.replaceAll("%", '"^%"')}"`;
}
