import { cpus, loadavg } from "node:os";

/** What a program of `bench/` found, for people or, with `--json`, for programs. */
export interface Figures {
  [name: string]: number | string | boolean | Figures | readonly Figures[] | undefined;
}

export function printFigures(title: string, figures: Figures): void {
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    // What a minute's load above that of the program itself does to times, nobody can take out again.
    load: loadavg()[0] ?? 0,
  };
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify({ title, machine, ...figures }, null, 2));
    return;
  }
  console.log(
    `${title}  (Node ${machine.node}, ${machine.cores} × ${machine.cpu}, load ${shown(machine.load)})`,
  );
  printLevel(figures, "  ");
}

function printLevel(figures: Figures, indent: string): void {
  for (const [name, value] of Object.entries(figures)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) {
      console.log(`${indent}${name}`);
      for (const row of value as readonly Figures[]) console.log(`${indent}  ${rowText(row)}`);
    } else if (typeof value === "object") {
      console.log(`${indent}${name}`);
      printLevel(value as Figures, `${indent}  `);
    } else {
      console.log(`${indent}${name.padEnd(34 - indent.length)} ${shown(value)}`);
    }
  }
}

function rowText(row: Figures): string {
  return Object.entries(row)
    .map(([name, value]) => (name === "name" ? shown(value).padEnd(14) : `${name} ${shown(value)}`))
    .join("  ");
}

function shown(value: unknown): string {
  return typeof value === "number"
    ? value.toLocaleString("en-US", { maximumFractionDigits: 2 })
    : String(value);
}
