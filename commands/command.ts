import type { Command, OptionValues } from "commander";
import type { ExitName } from "#kernel";
import type { Context } from "./context.ts";

/** What was typed, as commander understood it. */
export interface Call<Options extends OptionValues = OptionValues> {
  readonly args: readonly unknown[];
  readonly options: Options;
}

/** Does the work by calling one function of a slice; errors are thrown. */
export type Handler<Options extends OptionValues = OptionValues> = (
  context: Context,
  call: Call<Options>,
) => Promise<ExitName>;

/** Turns a handler into what commander's `action` wants. Reference pages pass one that does nothing. */
export type Bind = <Options extends OptionValues>(
  handler: Handler<Options>,
) => (this: Command, ...given: unknown[]) => Promise<void>;

/** Adds one command to its parent. Loads nothing heavy: that is the handler's part. */
export type Register = (parent: Command, bind: Bind) => void;

/** For options that may be repeated. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** For `addHelpText("after", …)`. */
export function examples(...lines: readonly (readonly [command: string, what: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  return ["", "Examples:", ...lines.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`)].join(
    "\n",
  );
}
