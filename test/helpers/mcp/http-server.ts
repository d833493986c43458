import { readFileSync } from "node:fs";
import path from "node:path";
import { onTestFinished } from "vitest";
import { eventually } from "../processes.ts";
import { startCaelum } from "../run-caelum.ts";
import { temporaryFolder } from "../temporary-folder.ts";

export interface HttpServer {
  url: string;
  /** The first of the file. */
  token: string;
  tokensFile: string;
  stop: () => Promise<{ exitCode?: number | undefined }>;
}

export interface HttpServerOptions {
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  tokensFile?: string;
}

/** `caelum mcp --http 0` in a folder with these files. */
export async function startHttpServer(
  files: Record<string, string>,
  { args = [], env = {}, ...given }: HttpServerOptions = {},
): Promise<HttpServer> {
  const cwd = temporaryFolder(files);
  const own = temporaryFolder();
  const tokensFile = given.tokensFile ?? path.join(own, "tokens");
  const child = startCaelum(["mcp", "--http", "0", "--tokens", tokensFile, ...args], {
    cwd,
    env: { XDG_STATE_HOME: own, XDG_CONFIG_HOME: own, ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  await eventually("the server listens", () => said.includes("listening on"));
  const [url = ""] = /http:\S+\/mcp/.exec(said) ?? [];
  const [, token = ""] = readFileSync(tokensFile, "utf8").split("\n", 1)[0]!.trim().split(" ");
  const stop = async (): Promise<{ exitCode?: number | undefined }> => {
    child.kill("SIGTERM");
    return child;
  };
  return { url, token, tokensFile, stop };
}
