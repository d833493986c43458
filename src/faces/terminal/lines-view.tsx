import { Box, Text, type TextProps } from "ink";
import { memo, type ReactNode } from "react";
import type { Line, Tone } from "./spans.ts";

const look: Record<Tone, TextProps> = {
  plain: {},
  strong: { bold: true },
  dim: { dimColor: true },
  good: { color: "green" },
  warn: { color: "yellow" },
  bad: { color: "red" },
};

/** Lines on the screen. Lines that did not change are not laid out again. */
export function LinesView({ lines, color }: { lines: readonly Line[]; color: boolean }): ReactNode {
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line is its place on the screen
        <OneLine key={index} line={line} color={color} />
      ))}
    </Box>
  );
}

const OneLine = memo(
  function OneLine({ line, color }: { line: Line; color: boolean }): ReactNode {
    return (
      <Text wrap="truncate">
        {line.length === 0
          ? " "
          : line.map(({ text, tone }, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- spans have no other name
              <Text key={index} {...(color ? look[tone] : {})}>
                {text}
              </Text>
            ))}
      </Text>
    );
  },
  (before, after) => before.color === after.color && sameLine(before.line, after.line),
);

function sameLine(a: Line, b: Line): boolean {
  return (
    a.length === b.length &&
    a.every((span, index) => span.text === b[index]!.text && span.tone === b[index]!.tone)
  );
}
