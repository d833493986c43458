import { existsSync } from "node:fs";
import { type Host, quoteWord, type ResolvedHost } from "#fleet";
import { HostSilentError } from "../upkeep/bounded.ts";
import type { Fix } from "./walk.ts";

/** The fixes for what fails on the way to a host, as commands with its own target and files. */
export function fixesFor(host: Host, resolved?: ResolvedHost): Fix {
  const where = resolved === undefined ? host.name : `${resolved.hostname} port ${resolved.port}`;
  return (step, error) => {
    switch (step) {
      case "resolve":
        return resolved === undefined
          ? `${sshCommand("ssh -G", host)}, and mend what it complains about`
          : `set HostName for it in ssh_config, or write user@address as its ssh in the fleet file`;
      case "connect":
        if (/ECONNREFUSED|Connection refused/.test(error.message)) {
          return `start sshd there, or name the right port (${where} was tried)`;
        }
        return `is it on, and does a firewall let ${where} through? ${sshCommand("ssh -v", host)} shows more`;
      case "authenticate":
        return authenticationFix(host, resolved);
      case "shell":
        return `${sshCommand("ssh", host)} "echo ok" must print ok: look at the login shell and what it reads at its start`;
      default:
        return error instanceof HostSilentError ? `try again when it has less to do` : undefined;
    }
  };
}

function authenticationFix(host: Host, resolved: ResolvedHost | undefined): string {
  const { identityFiles = [], identityAgent } = resolved ?? {};
  const key = identityFiles.find((file) => existsSync(file));
  if (key === undefined && identityAgent === undefined) {
    return `make a key with ssh-keygen -t ed25519, then ${sshCommand("ssh-copy-id", host)}`;
  }
  const named = key === undefined ? "" : ` -i ${quoteWord(`${key}.pub`)}`;
  return `${sshCommand(`ssh-copy-id${named}`, host)}, or name the right key as identity in the fleet file`;
}

/** `ssh -F config -p 2222 build@mini.local`: the way caelum goes, to be typed. */
export function sshCommand(program: string, host: Host): string {
  if (host.address.type === "local") return program;
  const { target, configFile } = host.address;
  const [, name = target, port] = /^(.*?[^:\]]|.*\]):(\d+)$/.exec(target) ?? [];
  return [
    program,
    ...(configFile === undefined ? [] : ["-F", quoteWord(configFile)]),
    ...(port === undefined ? [] : ["-p", port]),
    quoteWord(name.replace(/\[|\]/g, "")),
  ].join(" ");
}
