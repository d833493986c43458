import { splitWords } from "../common/quote.ts";

export interface NodeTestScript {
  /** Flags for Node itself: `--import tsx`. */
  flags: string[];
  /** Files and globs to test; none: Node's own. */
  patterns: string[];
}

/** Flags that take their value as the next word. */
const withValue = new Set([
  "-r",
  "--require",
  "--import",
  "--loader",
  "--experimental-loader",
  "-C",
  "--conditions",
  "--env-file",
  "--test-concurrency",
  "--test-reporter",
  "--test-reporter-destination",
  "--test-name-pattern",
  "--test-skip-pattern",
  "--test-timeout",
  "--test-shard",
  "--test-coverage-include",
  "--test-coverage-exclude",
  "--test-global-setup",
  "--test-isolation",
]);

/** Reads `node --import tsx --test "test/*.ts"` out of a package's script; undefined if it does not run Node's runner. */
export function readNodeTestScript(script: string): NodeTestScript | undefined {
  for (const command of script.split(/&&|\|\||;/)) {
    const words = splitWords(command.trim());
    const node = words.findIndex((word) => /(?:^|[\\/])node(?:\.exe)?$/.test(word));
    if (node < 0) continue;
    const read = readArguments(words.slice(node + 1));
    if (read !== undefined) return read;
  }
  return undefined;
}

function readArguments(words: readonly string[]): NodeTestScript | undefined {
  const flags: string[] = [];
  const patterns: string[] = [];
  let tests = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (!word.startsWith("-")) {
      // Where a script is started, Node's runner is not.
      if (!tests) return undefined;
      patterns.push(word);
    } else if (word === "--test") tests = true;
    else {
      const value = withValue.has(word) ? [words[(index += 1)] ?? ""] : [];
      // How it is shown and shared out is the caller's affair.
      const ours =
        /^--(?:test-(?:reporter|shard|concurrency|only|name-pattern|skip-pattern|coverage|isolation)|watch|experimental-test-coverage|experimental-test-isolation)/;
      if (!ours.test(word)) flags.push(word, ...value);
    }
  }
  return tests ? { flags, patterns } : undefined;
}
