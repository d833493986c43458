import { createHash, randomBytes } from "node:crypto";
import type { Client, SFTPWrapper } from "ssh2";
import { HostSessionError } from "../errors.ts";
import type { Host } from "../host.ts";
import type { RemoteFiles } from "../transport.ts";

/** SFTP on the same connection; the channel is opened for each file and closed, for hosts that allow few. */
export function sftpFiles(host: Host, client: Client): RemoteFiles {
  const withSftp = async <T>(work: (sftp: SFTPWrapper) => Promise<T>): Promise<T> => {
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
      client.sftp((error, wrapper) => {
        if (error) reject(new HostSessionError(host.name, `no SFTP: ${error.message}`, { cause: error }));
        else resolve(wrapper);
      });
    });
    const closed = new Promise<void>((resolve) => {
      sftp.once("close", resolve);
    });
    try {
      return await work(sftp);
    } finally {
      sftp.end();
      await closed;
    }
  };
  return {
    put: (bytes, remote) => withSftp((sftp) => put(host, sftp, bytes, remote)),
    sha256: (remote) => withSftp((sftp) => hash(sftp, remote)),
  };
}

async function put(host: Host, sftp: SFTPWrapper, bytes: Uint8Array, remote: string): Promise<void> {
  const folders = remote.split("/").slice(0, -1);
  for (let depth = 1; depth <= folders.length; depth++) {
    // It may be there already; if it cannot be made, writing says so.
    await new Promise<void>((resolve) => {
      sftp.mkdir(folders.slice(0, depth).join("/"), { mode: 0o700 }, () => resolve());
    });
  }
  const temporary = `${remote}.${randomBytes(6).toString("hex")}.tmp`;
  await new Promise<void>((resolve, reject) => {
    const file = sftp.createWriteStream(temporary, { mode: 0o700 });
    file.once("error", (error: Error) => {
      reject(new HostSessionError(host.name, `cannot write ${remote}: ${error.message}`, { cause: error }));
    });
    file.once("close", resolve);
    file.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
  await new Promise<void>((resolve, reject) => {
    sftp.rename(temporary, remote, (error) => {
      if (!error) resolve();
      // Windows does not rename onto a file that is there: another client was quicker, and its hash is the same.
      else sftp.unlink(temporary, () => sftp.stat(remote, (absent) => (absent ? reject(error) : resolve())));
    });
  });
}

function hash(sftp: SFTPWrapper, remote: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const sum = createHash("sha256");
    const file = sftp.createReadStream(remote);
    file.on("data", (chunk: Buffer) => sum.update(chunk));
    file.once("error", () => resolve(undefined));
    file.once("end", () => resolve(sum.digest("hex")));
  });
}
