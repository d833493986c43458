import { expect, test } from "vitest";
import { countTextLines } from "../../../../src/analysis/discovery/index.ts";

/** `code comment blank` */
function count(text: string, language: string): string {
  const { code, comment, blank } = countTextLines(text, language);
  return `${code} ${comment} ${blank}`;
}

test.each([
  ["", "text", "0 0 0"],
  ["a", "text", "1 0 0"],
  ["a\n", "text", "1 0 0"],
  ["a\n\n", "text", "1 0 1"],
  ["\r\n \t\r\na\r\n", "text", "1 0 2"],
  ["# a\nb: 1 # c\n\n", "yaml", "1 1 1"],
  ["/* a */\n/* a\n\nb */ x\n", "css", "1 2 1"],
  ["a { } /* b\nc */\nd", "css", "2 1 0"],
  ["/* a */ /* b */\n", "css", "0 1 0"],
  ['a { content: "/*"; }\nb {}\n', "css", "2 0 0"],
  ["// a /* b\nc\n", "sass", "1 1 0"],
  ["don't <!-- a\nb -->\nc\n", "markdown", "2 1 0"],
  ["<!--\n a\n-->\n<p>\n", "html", "1 3 0"],
  ["-- a\nselect '--' /* x */\n", "sql", "1 1 0"],
  ["=pod\n\ntext\n=cut\n$x=head(1);\n", "perl", "1 3 1"],
  ["/* never closed\na\nb\n", "css", "0 3 0"],
  ["# a\n", "no-such-language", "1 0 0"],
  ["let c = '\"'; /* a\n b */\n", "swift", "1 1 0"],
])("%j in %s is %s", (text, language, expected) => {
  expect(count(text, language)).toBe(expected);
});

test("a 10 MB single line and a 10 MB comment are counted", () => {
  expect(count("a /* b */ ".repeat(1_000_000), "css")).toBe("1 0 0");
  expect(count(`/*${"x\n".repeat(5_000_000)}*/`, "css")).toBe("0 5000001 0");
});
