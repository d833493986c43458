import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";

export interface Gpu {
  name: string;
  /** Bytes. */
  memory: number;
  freeMemory: number;
}

const mebibyte = 1024 * 1024;
const askMs = 3000;
/** What people place work by. */
const tools = [
  "git",
  "node",
  "npm",
  "python3",
  "docker",
  "podman",
  "ollama",
  "go",
  "cargo",
  "java",
  "dotnet",
  "make",
  "gcc",
];

/** What `nvidia-smi` knows; empty where there is none. Other makers' tools differ too much to be read blindly. */
export function gpus(): Promise<Gpu[]> {
  const args = ["--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"];
  return new Promise((resolve) => {
    execFile("nvidia-smi", args, { timeout: askMs, windowsHide: true }, (error, stdout) => {
      resolve(error === null ? parseGpus(stdout) : []);
    });
  });
}

function parseGpus(text: string): Gpu[] {
  return text
    .split("\n")
    .filter((line) => line.includes(","))
    .map((line) => {
      const [name = "", total = "", free = ""] = line.split(",").map((field) => field.trim());
      return { name, memory: Number(total) * mebibyte, freeMemory: Number(free) * mebibyte };
    });
}

/** Which of the known tools are on PATH, by name. */
export function toolsOnPath(): string[] {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter(Boolean);
  const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  return tools.filter((tool) =>
    folders.some((folder) => endings.some((ending) => isProgram(path.join(folder, tool + ending)))),
  );
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
