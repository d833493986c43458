import type { Coupling, FileHistory, History } from "./history.ts";

/** A file that is hard to understand and changes often: where work on the code pays most. */
export interface Hotspot {
  path: string;
  /** Cognitive complexity times weighted changes, of that of the first hotspot, 0 to 100. */
  score: number;
  cognitive: number;
  commits: number;
  /** Commits of the newest 90 days of the history; more, as many or fewer than in the 90 days before. */
  recent: number;
  trend: "rising" | "steady" | "falling";
  authors: number;
  mainAuthor: string;
  mainShare: number;
  /** The main author made at least half of the commits, and none anywhere for half a year. */
  atRisk: boolean;
  /** Days in UTC: `2024-02-29`. */
  firstChange: string;
  lastChange: string;
}

export interface HotspotReport {
  history: {
    /** `shallow` and `grafted`: older commits are missing or replaced, so counts are too low. `none`: see `reason`. */
    state: "full" | "shallow" | "grafted" | "none";
    reason?: string;
    commits: number;
    authors: number;
    from?: string;
    to?: string;
  };
  hotspots: Hotspot[];
  /** Files that change together: at least 5 times, and in half of the commits of one of them. */
  coupling: Coupling[];
}

const MOST = 200;

/** Files by cognitive complexity times change frequency, both of which have to be there. */
export function hotspotsOf(
  files: readonly { path: string; facts: { cognitive: number } }[],
  history: History,
  state: "full" | "shallow" | "grafted",
): HotspotReport {
  const scored = files.flatMap(({ path, facts: { cognitive } }) => {
    const known = history.files.get(path);
    return known === undefined || cognitive === 0
      ? []
      : [{ path, cognitive, known, raw: cognitive * known.weight }];
  });
  scored.sort((a, b) => b.raw - a.raw || (a.path < b.path ? -1 : 1));
  const most = scored[0]?.raw ?? 1;
  const days = history.commits === 0 ? {} : { from: day(history.first), to: day(history.last) };
  return {
    history: { state, commits: history.commits, authors: history.authors, ...days },
    hotspots: scored.slice(0, MOST).map(({ path, cognitive, known, raw }) => ({
      path,
      score: Math.round((raw * 1000) / most) / 10,
      cognitive,
      commits: known.commits,
      recent: known.recent,
      trend: trendOf(known),
      authors: known.authors,
      mainAuthor: known.mainAuthor,
      mainShare: known.mainShare,
      atRisk: known.isAtRisk,
      firstChange: day(known.first),
      lastChange: day(known.last),
    })),
    coupling: history.coupling,
  };
}

/** One commit more or less is none of a trend. */
function trendOf({ recent, earlier }: FileHistory): Hotspot["trend"] {
  if (recent > earlier * 1.25 + 1) return "rising";
  return recent < earlier * 0.8 - 1 ? "falling" : "steady";
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
