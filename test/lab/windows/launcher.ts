import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import { kinds, piece, pieceReader } from "./pieces.ts";

/**
 * Runs in Node for Windows under Wine and plays what Windows' sshd does behind a login: each connection is one command,
 * run by cmd.exe in the profile's folder. A connection that ends closes the command's stdin and leaves its children be.
 *
 *     node launcher.cjs FILE      writes its port to FILE when it listens
 */
const server = net.createServer({ noDelay: true }, (socket) => {
  let child: ChildProcess | undefined;
  socket.on("error", () => undefined);
  socket.on("close", () => child?.stdin?.end());
  const read = pieceReader((kind, bytes) => {
    if (kind === kinds.command) child = run(bytes.toString("utf8"), socket);
    else if (bytes.length === 0) child?.stdin?.end();
    else if (child?.stdin?.write(bytes) === false) {
      socket.pause();
      child.stdin.once("drain", () => socket.resume());
    }
  });
  socket.on("data", read);
});

function run(command: string, socket: net.Socket): ChildProcess {
  const shell = `${process.env["SystemRoot"] ?? "C:\\windows"}\\system32\\cmd.exe`;
  const child = spawn(shell, ["/d", "/s", "/c", `"${command}"`], {
    cwd: os.homedir(),
    windowsVerbatimArguments: true,
  });
  child.stdin.on("error", () => undefined);
  for (const [kind, stream] of [
    [kinds.stdout, child.stdout],
    [kinds.stderr, child.stderr],
  ] as const) {
    stream.on("data", (data: Buffer) => {
      if (socket.destroyed || socket.write(piece(kind, data))) return;
      stream.pause();
      socket.once("drain", () => stream.resume());
    });
  }
  const end = (code: number): void => {
    if (!socket.destroyed) socket.end(piece(kinds.exit, Buffer.from(String(code))));
  };
  child.on("error", () => end(127));
  child.on("close", (code) => end(code ?? 1));
  return child;
}

server.listen(0, "127.0.0.1", () => {
  writeFileSync(process.argv[2] ?? "", String((server.address() as net.AddressInfo).port));
});
