import type { CaelumEvent } from "#kernel";
import { counted } from "../format.ts";
import { oneLine } from "./safe-text.ts";

/** What happens to tests, as a person would say it; undefined for what only moves numbers. */
export function testSentence(event: CaelumEvent): string | undefined {
  switch (event.type) {
    case "tests.found": {
      const runners = event.projects.map(({ project, runner, units }) =>
        project === "" ? `${runner} ${units}` : `${runner} in ${project} ${units}`,
      );
      const what = runners.length === 0 ? "" : ` (${oneLine(runners.slice(0, 6).join(", "))})`;
      return `${event.platform}: ${counted(event.units, "test file")}${what}`;
    }
    case "test.finished": {
      // A second failure of the same test is no news.
      if (event.outcome !== "failed" || event.attempt > 1) return undefined;
      const name = oneLine([event.file, ...event.title].join(" > "));
      const why = event.message === undefined ? "" : `   ${oneLine(event.message)}`;
      return `✗ ${event.platform}  ${name}${why}`;
    }
    case "tests.finished": {
      if (event.end === "done" || event.attempt > 1) return undefined;
      const [, , file = event.unit] = event.unit.split("|");
      return `✗ ${event.platform}  ${oneLine(file)}   ${ends[event.end]}${event.message === undefined ? "" : `: ${oneLine(event.message)}`}`;
    }
    case "tests.retried":
      return `${event.platform}: ${counted(event.units, "test file")} with failures ${event.units === 1 ? "is" : "are"} tried again`;
    case "test.flaky": {
      const name = oneLine([event.file, ...event.title].join(" > "));
      const where = new Set(event.hosts).size > 1 ? ` (${event.hosts.join(" → ")})` : "";
      return `~ ${event.platform}  ${name}   passed on another try${where}`;
    }
    case "tests.note": {
      const at = event.host ?? event.platform;
      return `${at === undefined ? "" : `${at}: `}${oneLine(event.text)}`;
    }
    case "platform.finished":
      return event.complete
        ? undefined
        : `${event.platform}: ${counted(event.missing, "test file")} without a result`;
    default:
      return undefined;
  }
}

const ends = {
  broken: "could not be loaded",
  crashed: "took its runner down",
  timeout: "did not end in time",
} as const;
