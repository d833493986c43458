import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bech32Checksum, crcBase62 } from "../../../../src/analysis/secrets/checksums.ts";
import { detectors } from "../../../../src/analysis/secrets/detectors.ts";
import { findSecrets, maskSecrets } from "../../../../src/analysis/secrets/index.ts";
import { runCaelum } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

/** Characters that look random and are the same in every run. Nothing in this file looks like a key by itself. */
function random(
  length: number,
  alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
  seed = "s",
): string {
  let out = "";
  for (let block = 0; out.length < length; block++)
    for (const byte of createHash("sha512").update(`${seed} ${block}`).digest())
      out += alphabet[byte % alphabet.length]!;
  return out.slice(0, length);
}
const hex = "0123456789abcdef";
const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const j = (...parts: string[]): string => parts.join("");
const crc = (prefix: string): string => prefix + random(30) + crcBase62(random(30));
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const ageData = random(52, "qpzry9x8gf2tvdw0s3jn54khce6mua7l");

/** For each detector a text with the secret in it. */
const samples: Record<string, [text: string, secret: string]> = Object.fromEntries(
  (
    [
      ["aws-access-key", j("AK", "IA"), random(16, upper)],
      ["aws-secret-key", "", random(40), "aws_secret_access_key = "],
      ["aws-secret-key-upper", "", random(40, undefined, "u"), "export AWS_SECRET_KEY="],
      ["github-token", "", crc("ghp_")],
      ["github-fine-grained-token", "github_pat_", `${random(22)}_${random(59)}`],
      ["gitlab-token", j("gl", "pat-"), random(20)],
      ["npm-token", "", crc("npm_")],
      ["npmrc-auth", "", random(36), "//registry.npmjs.org/:_authToken="],
      ["pypi-token", j("pypi-", "AgE"), random(80)],
      ["rubygems-key", "rubygems_", random(48, hex)],
      ["crates-io-token", "cio", random(32)],
      ["slack-token", j("xo", "xb-"), `${random(12, "123456789")}-${random(24)}`],
      [
        "slack-app-token",
        j("xa", "pp-"),
        `1-A${random(10, upper)}-${random(13, "123456789")}-${random(64, hex)}`,
      ],
      [
        "slack-webhook",
        j("hooks.sl", "ack.com/services/T"),
        `${random(8, upper)}/B${random(8, upper)}/${random(24)}`,
        "https://",
      ],
      ["stripe-key", j("sk_", "live_"), random(24)],
      ["stripe-test-key", j("sk_", "test_"), random(24)],
      ["stripe-webhook-secret", "whsec_", random(32)],
      ["google-api-key", j("AI", "za"), random(35)],
      ["google-oauth-secret", j("GOC", "SPX-"), random(28)],
      ["google-oauth-token", "ya29.", random(80)],
      [
        "age-key",
        "",
        j("AGE-SECRET-", "KEY-1", `${ageData}${bech32Checksum("age-secret-key-", ageData)}`.toUpperCase()),
      ],
      ["twilio-key", "SK", random(32, hex)],
      ["twilio-auth-token", "", random(32, hex, "tw"), "TWILIO_AUTH_TOKEN="],
      ["sendgrid-key", j("S", "G."), `${random(22)}.${random(43)}`],
      ["mailgun-key", "key-", random(32, hex)],
      ["mailchimp-key", "", `${random(32, hex)}-us12`],
      ["openai-key", j("sk-", "proj-"), `${random(60)}T3BlbkFJ${random(60)}`],
      ["anthropic-key", j("sk-", "ant-api03-"), random(93)],
      ["huggingface-token", "hf_", random(34, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")],
      ["groq-key", "gsk_", random(52)],
      ["replicate-token", "r8_", random(37)],
      ["perplexity-key", "pplx-", random(48)],
      ["digitalocean-token", "dop_v1_", random(64, hex)],
      ["heroku-key", "HRKU-", random(60)],
      ["shopify-token", j("shp", "at_"), random(32, hex)],
      ["square-token", "sq0atp-", random(22)],
      ["telegram-bot-token", "", `${random(9, "123456789")}:AA${random(33)}`],
      ["discord-bot-token", "", `M${random(23)}.${random(6)}.${random(30)}`, "discord.login: "],
      [
        "discord-webhook",
        "discord.com/api/webhooks/",
        `${random(18, "123456789")}/${random(68)}`,
        "https://",
      ],
      ["azure-storage-key", "AccountKey=", `${random(86)}==`],
      ["azure-client-secret", "", `${random(3)}8Q~${random(34)}`],
      ["databricks-token", "dapi", random(32, hex)],
      ["vault-token", "hvs.", random(95)],
      ["terraform-token", "", `${random(14)}.atlasv1.${random(65)}`],
      ["pulumi-token", "pul-", random(40, hex)],
      ["docker-token", "dckr_pat_", random(27)],
      ["new-relic-key", "NRAK-", random(27, upper)],
      ["sentry-token", "sntryu_", random(64, hex)],
      ["grafana-token", "glsa_", `${random(32)}_${random(8, hex)}`],
      ["linear-key", "lin_api_", random(40)],
      ["notion-token", "ntn_", random(46)],
      ["figma-token", "figd_", random(40)],
      ["postman-key", "PMAK-", `${random(24, hex)}-${random(34, hex)}`],
      ["planetscale-token", "pscale_tkn_", random(43)],
      ["doppler-token", "dp.pt.", random(43)],
      ["dynatrace-token", "dt0c01.", `${random(24, upper)}.${random(64, upper)}`],
      ["airtable-token", "pat", `${random(14)}.${random(64, hex)}`],
      ["fly-token", "fo1_", random(43)],
      ["alibaba-key", "LTAI", random(20)],
      ["atlassian-token", "ATATT3", random(186)],
      ["cloudflare-origin-key", "v1.0-", `${random(24, hex)}-${random(146, hex)}`],
      ["buildkite-token", "bkua_", random(40, hex)],
      ["tailscale-key", "tskey-auth-", `${random(12)}-${random(32)}`],
      ["supabase-token", "sbp_", random(40, hex)],
      ["1password-token", "ops_eyJ", random(300)],
      [
        "jwt",
        "",
        `${base64url({ alg: "RS256", kid: random(8) })}.${base64url({ sub: random(12) })}.${random(43)}`,
      ],
      ["password-in-url", "", random(16), "postgres://shop:", "@db.internal:5432/shop"],
      ["generic", "", random(24, undefined, "g"), 'const dbPassword = "', '"'],
    ] as [string, string, string, string?, string?][]
  ).map(([id, prefix, body, before = "", behind = ""]) => [
    id,
    [`x = 1\n${before}${prefix}${body}${behind}\ny = 2\n`, prefix + body],
  ]),
);
const pem = j(
  "-----BEGIN RSA PRIV",
  "ATE KEY-----\n",
  random(64),
  "\n",
  random(64, undefined, "p"),
  "\n-----END RSA PRIV",
  "ATE KEY-----",
);
samples["private-key"] = [pem, random(64)];
samples["putty-key"] = [j("PuTTY-User-", "Key-File-2: ssh-rsa\nEncryption: none\n"), "PuTTY-User-Key-File-2"];
samples["docker-auth"] = [`{ "auths": { "r.example.org": { "auth": "${random(40)}" } } }`, random(40)];

describe("detectors of secrets", () => {
  test("there are at least forty, and each has its sample here", () => {
    expect(detectors.length).toBeGreaterThanOrEqual(40);
    expect(Object.keys(samples).toSorted()).toEqual(detectors.map(({ id }) => id).toSorted());
  });

  test.each(Object.entries(samples))("%s", (id, [text, secret]) => {
    const found = findSecrets(text);
    const kin = id.replace("-upper", "");
    expect(found.map(({ detector }) => detector.id.replace("-upper", ""))).toEqual([kin]);
    if (id !== "private-key" && id !== "putty-key")
      expect(text.slice(found[0]!.start, found[0]!.end)).toBe(secret);
    const shown = maskSecrets(text);
    expect(shown).not.toContain(secret);
    expect(shown.split("\n")).toHaveLength(text.split("\n").length);
    expect(findSecrets(shown)).toEqual([]);
  });

  test("a checksum that does not hold takes the confidence away", () => {
    const wrong = `ghp_${random(30)}${crcBase62("other")}`;
    expect(findSecrets(crc("ghp_")).map(({ confidence }) => confidence)).toEqual(["high"]);
    expect(findSecrets(wrong).map(({ confidence }) => confidence)).toEqual(["low"]);
  });

  test.each([
    j("AKIAIOSFODNN7", "EXAMPLE"),
    `aws_secret_access_key = ${j("wJalrXUtnFEMI/", "K7MDENG/bPxRfiCY", "EXAMPLEKEY")}`,
    j("sk_test_", "4eC39HqLyjWDarjtT1", "zdp7dc"),
    j(
      "AccountKey=",
      "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/",
      "K1SZFPTOtr/KBHBeksoGMGw==",
    ),
    `ghp_${"x".repeat(36)}`,
    'password = "${DATABASE_PASSWORD}"',
    'password: "your-password-here-1"',
    "https://user:password@localhost/",
    "postgres://postgres:postgres@db/x",
    "http://jane:p%40ssword@google.com",
    "http://a:pa%3Fsword@b.com",
    "http://My%20User:My%20Pass@host/",
    "http://u^:passwo^rd@c.com/",
    'secret = "getSecretFromVault"',
    'const tokenKind = "identifierToken2"',
    "const passwordField = 'input[name=password]'",
    `hash = "${random(64, hex)}"`,
    `integrity sha512-${random(86)}==`,
  ])("%j is none: an example of a vendor, a placeholder, or no secret at all", (text) => {
    expect(findSecrets(text)).toEqual([]);
  });

  test("a secret is found wherever it stands, and finding never takes long", () => {
    const secret = crc("ghs_");
    fc.assert(
      fc.property(fc.string({ maxLength: 3000 }), fc.string({ maxLength: 300 }), (before, behind) => {
        const text = `${before} ${secret} ${behind}`;
        return findSecrets(text).some(({ start, end }) => text.slice(start, end) === secret);
      }),
      { numRuns: 200 },
    );
    for (const hostile of [
      "password=".repeat(100_000),
      "eyJ".repeat(200_000),
      "a://b:".repeat(100_000),
      "-----BEGIN PRIVATE KEY-----".repeat(20_000),
    ])
      findSecrets(hostile);
  }, 30_000);
});

const key = crc("ghp_");
const secretText = `const token = "${key}";\nexport class A { static readonly KEY = "${key}"; }\n`;

interface Report {
  findings: { ruleId: string; path: string; line: number; message: string; fingerprint: string }[];
}

async function run(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await runCaelum(["analyze", "--no-cache", "--quiet", ...args], { cwd });
  return stdout;
}

describe("secrets in a project", () => {
  const files = {
    "a.ts": secretText,
    NOTES: `the key is ${key}\n`,
    ".env": `GITHUB=${key}\n`,
    "b.ts": `${secretText}// again\n`,
  };

  test("are found in every kind of text file, and no report shows one, whatever else it quotes", async () => {
    const cwd = temporaryFolder(files);
    const { findings } = JSON.parse(await run(cwd, "--format", "json")) as Report;
    expect(new Set(findings.map((one) => `${one.path} ${one.ruleId}`))).toEqual(
      new Set([".env", "NOTES", "a.ts", "b.ts"].map((one) => `${one} secrets.github-token`)),
    );
    for (const format of ["text", "json", "jsonl", "sarif", "markdown", "github", "gitlab"])
      expect(await run(cwd, "--format", format, "--verbose"), format).not.toContain(key.slice(4, 20));
    const html = await run(cwd, "--format", "html");
    const { gunzipSync } = await import("node:zlib");
    const data = /id="data">([^<]+)</.exec(html)![1]!;
    const text = gunzipSync(Buffer.from(data, "base64")).toString("utf8");
    expect(text).toContain("secrets.github-token");
    expect(text).not.toContain(key.slice(4, 20));
  });

  test("are found in what is left out of the measures, as far as it is text, in whatever way it is read", async () => {
    const line = `const k = "${key}";\n`;
    const minified = line + "x=1;".repeat(400);
    const inserts = "insert into t values (1, 'ä');\n".repeat(330_000);
    const cwd = temporaryFolder({
      "a.ts": "export const a = 1;\n",
      "vendor/lib/.env": line,
      "public/app.min.js": line,
      "public/bundle.js": minified,
      "made.py": `# Code generated by a tool. DO NOT EDIT.\n# caelum-ignore: secrets.github-token ours\n${line}`,
      "composer.lock": line,
      "dump.sql": `-- ${key}\n${inserts}-- ${key}\n`,
      "image.dat": `\0${line}`,
      "large.dat": `\0${inserts}${line}`,
      "node_modules/x/index.js": line,
    });
    writeFileSync(path.join(cwd, "utf-16.min.js"), Buffer.from(`\uFEFF${line}`, "utf16le"));
    const text = await run(cwd, "--format", "json", "--no-hotspots");
    const report = JSON.parse(text) as Report & {
      suppressed: { path: string }[];
      summary: { files: number; secrets: unknown; skipped: unknown };
    };
    expect(report.findings.map((one) => `${one.path}:${one.line}`)).toEqual([
      "composer.lock:1",
      "dump.sql:1",
      "public/app.min.js:1",
      "public/bundle.js:1",
      "utf-16.min.js:1",
      "vendor/lib/.env:1",
    ]);
    expect(report.suppressed.map((one) => one.path)).toEqual(["made.py"]);
    expect(report.summary).toMatchObject({
      files: 1,
      skipped: { vendored: 2, generated: 2, minified: 3, "too-large": 2, binary: 1 },
      secrets: {
        leftOutFiles: 7,
        cut: { files: 1, bytes: Buffer.byteLength(inserts) + 2 * (key.length + 4) - 10_000_000 },
        notSearched: { files: 0, folders: 1 },
      },
    });
    const cache = temporaryFolder();
    for (const flags of [["--no-cache", "--workers", "2"], [], []]) {
      const args = ["analyze", "--quiet", "--format", "json", "--no-hotspots", ...flags];
      const { stdout } = await runCaelum(args, { cwd, env: { XDG_CACHE_HOME: cache } });
      expect(stdout === text, flags.join(" ")).toBe(true);
    }
    const shown = await run(cwd, "--no-hotspots", "--verbose");
    expect(shown).toContain("searched for secrets nevertheless: 7 of the files left out");
    expect(shown).toMatch(/not searched for secrets: .* at the end of 1 large file, 1 folder of installed/);
    expect(shown).not.toContain(key.slice(4, 20));
  });

  test("--no-secrets leaves them out, --fail-on makes them a gate, a comment suppresses one", async () => {
    const cwd = temporaryFolder({ "a.ts": `// caelum-ignore: secrets.github-token revoked\n${secretText}` });
    expect((JSON.parse(await run(cwd, "--format", "json", "--no-secrets")) as Report).findings).toEqual([]);
    expect(
      (JSON.parse(await run(cwd, "--format", "json")) as Report).findings.map(({ line }) => line),
    ).toEqual([3]);
    expect((await runCaelum(["analyze", "--fail-on", "critical"], { cwd })).exitCode).toBe(1);
  });

  test("--history finds what was committed once and is gone, on any branch, and names the commit", async () => {
    const cwd = temporaryFolder();
    const git = (...args: string[]): string =>
      execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", ...args], {
        cwd,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
    git("init", "--quiet", "--initial-branch=main");
    const commit = (file: string, text: string): string => {
      writeFileSync(path.join(cwd, file), text);
      git("add", "--all");
      git("commit", "--quiet", "--message", "x");
      return git("rev-parse", "HEAD").slice(0, 12);
    };
    const first = commit("ä b.ts", `// one\n// two\n${secretText}`);
    commit("ä b.ts", "// one\n");
    git("checkout", "--quiet", "-b", "other");
    const second = commit("binary.bin", `\0\0${key}`);
    const third = commit("notes.txt", `${j("gl", "pat-")}${random(20)}\n`);
    git("checkout", "--quiet", "main");
    expect((JSON.parse(await run(cwd, "--format", "json")) as Report).findings).toEqual([]);
    const { findings } = JSON.parse(await run(cwd, "--format", "json", "--history")) as Report;
    expect(findings.map(({ path: file, line, ruleId }) => [file, line, ruleId])).toEqual([
      ["notes.txt", 1, "secrets.gitlab-token"],
      ["ä b.ts", 3, "secrets.github-token"],
      ["ä b.ts", 4, "secrets.github-token"],
    ]);
    expect(findings[0]!.message).toContain(third);
    expect(findings[1]!.message).toContain(first);
    expect(findings.some(({ message }) => message.includes(second))).toBe(false);
    const shallow = temporaryFolder();
    git("clone", "--quiet", "--depth", "1", `file://${cwd}`, shallow);
    const { summary } = JSON.parse(await run(shallow, "--format", "json", "--history", "--no-hotspots")) as {
      summary: { secrets: unknown };
    };
    expect(summary.secrets).toMatchObject({ history: { state: "shallow" } });
    expect(await run(shallow, "--history", "--no-hotspots")).toContain(
      "the history was searched for secrets only as far as it is here: a shallow clone",
    );
  });
});
