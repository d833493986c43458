import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { putOwnNodeIntoCache } from "../../test/helpers/own-node.ts";
import type { Oddity } from "../../test/lab/oddity.ts";
import { caelum } from "./caelum.ts";
import { withLab } from "./lab-for-bench.ts";
import type { Figures } from "./print.ts";

/** In this order they join: the more hosts, the odder. */
const hosts: Readonly<Record<string, Oddity>> = {
  plain: {},
  noisy: { noisy: true, known: "hashed" },
  narrow: { noNode: true, sshd: ["MaxSessions 1", "Subsystem none none"] },
  busybox: { busybox: true },
  fish: { shell: "/usr/bin/fish" },
  certified: { userCertificate: true },
  vouched: { known: "authority" },
  newest: { hostKeyType: "rsa", sshd: ["KexAlgorithms sntrup761x25519-sha512@openssh.com"] },
};

/** Whether a fleet's report of a whole corpus is that of this machine, byte for byte, with 1, 2, 4 and 8 odd hosts. */
export async function sameBytes(folder: string, corpus: string): Promise<Figures> {
  const cache = path.join(folder, "cache");
  putOwnNodeIntoCache(cache);
  const report = async (name: string, flags: readonly string[]): Promise<Buffer> => {
    const file = path.join(folder, name);
    await caelum(["analyze", corpus, ...flags, "--no-cache", "--format", "json", "-o", file], { cache });
    return readFileSync(file);
  };
  const expected = await report("here.json", []);
  return withLab(hosts, async (lab) => {
    const rows: Figures[] = [];
    for (const size of [1, 2, 4, 8]) {
      const names = Object.keys(hosts).slice(0, size);
      const fleet = path.join(folder, "same.yaml");
      const entries = names.map((name) => `  - { name: ${name}, ssh: ${name}, slots: 1 }\n`).join("");
      writeFileSync(fleet, `sshConfig: ${lab.configFile}\nhosts:\n${entries}`);
      const found = await report("fleet.json", ["--fleet", fleet, "--no-local"]);
      const used = names.filter((name) => lab.link(name).bytes > 0).length;
      rows.push({ name: `${size} hosts`, reached: used, "same bytes": found.equals(expected) });
    }
    return { "report, MB": expected.length / 1e6, fleets: rows };
  });
}
