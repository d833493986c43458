import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { bytes, clockTime, count, counted, roughly } from "../format.ts";
import { measure, type Measured, type ProgressState } from "../progress/progress-state.ts";

export interface Note {
  readonly key: number;
  /** `12:01:07`, UTC. */
  readonly time: string;
  readonly text: string;
}

interface Props {
  readonly state: ProgressState;
  /** Monotonic milliseconds. */
  readonly now: number;
  /** Newest first. */
  readonly notes: readonly Note[];
  readonly width: number;
  readonly color: boolean;
}

/** First line: what, how much, how long still. Then how far, how fast; then what went differently. */
export function ProgressView({ state, now, notes, width, color }: Props): ReactNode {
  const measured = measure(state, now);
  // One column stays free: a full last column makes some terminals wrap.
  return (
    <Box flexDirection="column" width={width - 1} paddingLeft={1}>
      <Box justifyContent="space-between">
        <Text wrap="truncate">
          <Text bold={color}>{state.title}</Text>
          {"   "}
          {state.total === undefined
            ? "looking for files"
            : `${counted(state.total.files, "file")}   ${bytes(state.total.bytes)}`}
        </Text>
        <Text> {timing(measured)}</Text>
      </Box>
      {measured.part === undefined ? null : (
        <Text wrap="truncate">
          <Bar part={measured.part} cells={Math.max(10, Math.min(40, width - 42))} color={color} />
          {`  ${String(Math.floor(measured.part * 100)).padStart(2)} %${speed(measured, state)}`}
        </Text>
      )}
      {notes.map((note) => (
        <Text key={note.key} wrap="truncate" dimColor={color}>{`${note.time}  ${note.text}`}</Text>
      ))}
    </Box>
  );
}

function Bar({ part, cells, color }: { part: number; cells: number; color: boolean }): ReactNode {
  const full = Math.floor(part * cells);
  return (
    <>
      <Text {...(color ? { color: "green" } : {})}>{"█".repeat(full)}</Text>
      <Text dimColor={color}>{"░".repeat(cells - full)}</Text>
    </>
  );
}

function timing({ elapsedMs, leftMs, part }: Measured): string {
  const left =
    leftMs === undefined ? "estimating" : part === 1 ? "almost done" : `about ${roughly(leftMs)} left`;
  return `${clockTime(elapsedMs)}  ${left}`;
}

function speed({ bytesPerSecond, filesPerSecond }: Measured, { cachedFiles, total }: ProgressState): string {
  const parts: string[] = [];
  if (bytesPerSecond !== undefined) parts.push(`${bytes(Math.round(bytesPerSecond))}/s`);
  if (filesPerSecond !== undefined) parts.push(`${count(Math.round(filesPerSecond))} files/s`);
  if (cachedFiles > 0 && total !== undefined && total.files > 0) {
    parts.push(`${Math.round((cachedFiles / total.files) * 100)} % from cache`);
  }
  return parts.map((text) => `    ${text}`).join("");
}
