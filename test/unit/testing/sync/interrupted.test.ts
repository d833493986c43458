import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { readTree, sendTree, type SentTree } from "../../../../src/testing/sync/index.ts";
import { projectRoot } from "../../../helpers/run-caelum.ts";
import { hostFolder } from "../../../helpers/testing/host-trees.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const options = { project: "p", slots: 2, maxBytes: 1e9 };

/** A file of ours as a specifier in a program. */
const own = (file: string): string => JSON.stringify(path.join(projectRoot, file));

function fill(folder: string, round: number): void {
  for (let i = 0; i < 400; i++) {
    mkdirSync(path.join(folder, `d${i % 20}`), { recursive: true });
    // A third changes from round to round.
    writeFileSync(path.join(folder, `d${i % 20}/f${i}`), `${i} ${i % 3 === 0 ? round : ""} `.repeat(50));
  }
  writeFileSync(path.join(folder, "large"), Buffer.alloc(3_000_000, `${round}`));
}

async function sync(folder: string, home: string): Promise<SentTree> {
  const { host, blobs } = hostFolder(home);
  const sent = await sendTree(await readTree(folder), blobs, host, options);
  await host.release(sent);
  return sent;
}

function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), readFileSync(file, "latin1")];
    }),
  );
}

test("a sync that is killed at any moment leaves nothing that the next one takes for the tree", async () => {
  const folder = temporaryFolder();
  const home = temporaryFolder();
  const script = path.join(temporaryFolder(), "sync.ts");
  writeFileSync(
    script,
    `import { HostTrees } from ${own("src/testing/sync/host/trees.ts")};
     import { readTree, sendTree } from ${own("src/testing/sync/index.ts")};
     import { blobPath } from ${own("src/protocol/index.ts")};
     import { mkdirSync, writeFileSync, copyFileSync } from "node:fs";
     import path from "node:path";
     const [folder, home] = process.argv.slice(2);
     const blobFile = (sha) => path.join(home, "blobs", blobPath(sha));
     const putBlobs = async ([blob]) => {
       mkdirSync(path.dirname(blobFile(blob.sha)), { recursive: true });
       if (blob.bytes) writeFileSync(blobFile(blob.sha), blob.bytes);
       else copyFileSync(blob.path, blobFile(blob.sha));
     };
     const tree = await readTree(folder);
     console.log("begins");
     await sendTree(tree, { putBlobs, compression: "zstd" }, new HostTrees({ home, blobFile }), ${JSON.stringify(options)});`,
  );
  for (const [round, ms] of [0, 5, 15, 40, 80].entries()) {
    fill(folder, round);
    const child = spawn(process.execPath, [script, folder, home], {
      cwd: projectRoot,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    await Promise.race([once(child.stdout, "data"), ended]);
    await sleep(ms);
    child.kill("SIGKILL");
    await ended;
    const { slots } = await sync(folder, home);
    for (const slot of slots) expect(contents(slot.folder)).toEqual(contents(folder));
    // The dead one's slots were taken over: no third and fourth copy.
    expect(slots.map(({ number }) => number)).toEqual([0, 1]);
  }
});

test("a full disk is told by the file it hit, and leaves nothing half", async ({ skip }) => {
  const home = temporaryFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", home], { stdio: "ignore" });
  } catch {
    skip("mounting takes a right that this user has not");
  }
  onTestFinished(() => void execFileSync("umount", [home]));
  const folder = temporaryFolder({ small: "1" });
  writeFileSync(path.join(folder, "big"), Buffer.alloc(1_700_000, "b"));
  await expect(sync(folder, home)).rejects.toThrow('"big": the disk is full');
  rmSync(path.join(home, "blobs"), { recursive: true });
  writeFileSync(path.join(folder, "big"), "it fits now");
  const { slots } = await sync(folder, home);
  for (const slot of slots) expect(contents(slot.folder)).toEqual(contents(folder));
});
