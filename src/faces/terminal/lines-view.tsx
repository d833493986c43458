import { Box, Text } from "ink";
import { memo, type ReactNode } from "react";
import { type Line, plainText, type Tone } from "./spans.ts";

/** Colours of a terminal: on and off (ECMA-48, Select Graphic Rendition). */
const look: Record<Tone, readonly [on: number, off: number] | undefined> = {
  plain: undefined,
  strong: [1, 22],
  dim: [2, 22],
  good: [32, 39],
  warn: [33, 39],
  bad: [31, 39],
};

/** Lines on the screen, each a single piece of text: a component for each colour would cost four times as much. */
export function LinesView({ lines, color }: { lines: readonly Line[]; color: boolean }): ReactNode {
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line is its place on the screen
        <OneLine key={index} text={color ? colored(line) : plainText(line)} />
      ))}
    </Box>
  );
}

/** Not laid out again while it says the same. */
const OneLine = memo(function OneLine({ text }: { text: string }): ReactNode {
  return <Text wrap="truncate">{text === "" ? " " : text}</Text>;
});

function colored(line: Line): string {
  return line
    .map(({ text, tone }) => {
      const codes = look[tone];
      return codes === undefined || text === "" ? text : `\u001B[${codes[0]}m${text}\u001B[${codes[1]}m`;
    })
    .join("");
}
