export { type AddedLines, readAddedLines } from "./added-lines.ts";
export { askGit, type HistoryState, historyState, readCommits } from "./git-history.ts";
export { type Coupling, HistoryBuilder } from "./history.ts";
export { type Hotspot, type HotspotReport, hotspotsOf } from "./hotspots.ts";
