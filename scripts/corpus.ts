/**
 * Fetches the code that `bench/` and some tests run on, at pinned versions, from Debian and npm packages.
 *
 *     node scripts/corpus.ts [--set standard|languages|linux|all]
 *
 * Lies in `$CAELUM_CORPUS` or the user's cache folder. What is there is not fetched again. Debian packages need
 * `apt-get` and `dpkg-deb` (Debian 12, or a container of it); no right beyond an ordinary user's.
 */
import { parseArgs } from "node:util";
import { fetchCorpus } from "./corpus-fetch.ts";
import { type CorpusSet, corpusSets } from "./corpus-sources.ts";

const { values } = parseArgs({ options: { set: { type: "string", default: "standard" } } });
const all = Object.keys(corpusSets) as CorpusSet[];
const wanted = values.set === "all" ? all : all.filter((set) => set === values.set);
if (wanted.length === 0) {
  console.error(`no such set: ${values.set}; there are ${all.join(", ")}, all`);
  process.exitCode = 2;
}
for (const set of wanted) {
  const folder = await fetchCorpus(set, (line) => console.error(line));
  console.log(`${set}\t${folder}`);
}
