import { spawnSync } from "node:child_process";
import net from "node:net";
import { type Kind, kinds, piece, pieceReader } from "./pieces.ts";

/**
 * What the lab's sshd runs for every login on its Windows host: SFTP as it is, in the profile's folder, and every other
 * command through the launcher under Wine.
 *
 *     node bridge.ts PORT HOME SFTP_SERVER
 */
const [port = "", home = "", sftpServer = ""] = process.argv.slice(2);
const command = process.env["SSH_ORIGINAL_COMMAND"] ?? "cmd.exe";
if (/sftp/.test(command)) {
  process.exit(spawnSync(sftpServer, ["-d", home], { cwd: home, stdio: "inherit" }).status ?? 1);
}

const socket = net.connect({ port: Number(port), host: "127.0.0.1", noDelay: true });
let code = 255;
const outputs = new Map<Kind, NodeJS.WriteStream>([
  [kinds.stdout, process.stdout],
  [kinds.stderr, process.stderr],
]);
const read = pieceReader((kind, bytes) => {
  const output = outputs.get(kind);
  if (output === undefined) code = Number(bytes.toString("utf8")) & 255;
  else if (!output.write(bytes)) {
    socket.pause();
    output.once("drain", () => socket.resume());
  }
});
socket.on("data", read);
socket.on("error", () => undefined);
socket.on("close", () => {
  process.exitCode = code;
  process.stdin.destroy();
});
socket.write(piece(kinds.command, Buffer.from(command)));
process.stdin.on("data", (data: Buffer) => {
  if (socket.write(piece(kinds.stdin, data))) return;
  process.stdin.pause();
  socket.once("drain", () => process.stdin.resume());
});
process.stdin.on("end", () => socket.write(piece(kinds.stdin, Buffer.alloc(0))));
process.stdin.on("error", () => undefined);
