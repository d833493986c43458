import type { Confidence, Severity } from "../findings/finding.ts";
import { bech32IsSound, crcBase62IsSound, jsonHeaderIsSound } from "./checksums.ts";

/** What one kind of secret looks like. */
export interface Detector {
  /** `secrets.` is put in front. */
  id: string;
  /** For people: `GitHub token`. */
  name: string;
  /** One of these stands in every text that can hold it, in this very case: without it the pattern is not tried. */
  anchors: readonly string[];
  /** With the flag `g`; the secret is the group `secret`, or else all of it. Bounded: no text takes long. */
  pattern: RegExp;
  /** Characters before and behind the end of an anchor within which it stands as a whole; default: 80 and 500. */
  before?: number;
  behind?: number;
  severity: Severity;
  /** Absent: high. */
  confidence?: Confidence;
  /** Bits for each character that a real one has at least (Shannon). */
  entropy?: number;
  /** Whether it carries a checksum that holds; one that does not is told with low confidence. */
  checksum?: (secret: string) => boolean;
}

const start = "(?<![\\w-])";
const end = "(?![\\w-])";

function token(
  id: string,
  name: string,
  anchors: string | readonly string[],
  body: string,
  more: Partial<Detector> = {},
): Detector {
  const list = typeof anchors === "string" ? [anchors] : anchors;
  return {
    id,
    name,
    anchors: list,
    pattern: new RegExp(`${start}(?<secret>${body})${end}`, "g"),
    severity: "high",
    ...more,
  };
}

/** A value that stands behind a name: `AWS_SECRET_ACCESS_KEY = "…"`, `secret: …`, `"secret" => "…"`. */
function named(
  id: string,
  name: string,
  anchors: readonly string[],
  key: string,
  value: string,
  more: Partial<Detector> = {},
): Detector {
  const pattern = new RegExp(
    `${key}["'\`]?\\s{0,4}(?:=>|:=|[:=])\\s{0,4}["'\`]?(?<secret>${value})(?![\\w/+=-])`,
    "g",
  );
  return { id, name, anchors, pattern, severity: "high", ...more };
}

/** Anchors have three characters at least; these have two and one of some more. */
const twilioKeys = Array.from("0123456789abcdef", (digit) => `SK${digit}`);
const azureSecrets = Array.from("0123456789", (digit) => `${digit}Q~`);

export const detectors: readonly Detector[] = [
  token(
    "aws-access-key",
    "AWS access key id",
    ["AKIA", "ASIA", "ABIA", "ACCA"],
    "(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}",
    { entropy: 2.8 },
  ),
  named(
    "aws-secret-key",
    "AWS secret access key",
    ["ecret"],
    "(?:aws|AWS|Aws)[\\w.-]{0,30}[sS](?:ecret|ECRET)[\\w.-]{0,20}",
    "[A-Za-z0-9/+]{40}",
    { severity: "critical", entropy: 4.2 },
  ),
  named(
    "aws-secret-key-upper",
    "AWS secret access key",
    ["SECRET"],
    "AWS_SECRET(?:_ACCESS)?_KEY",
    "[A-Za-z0-9/+]{40}",
    { severity: "critical", entropy: 4.2 },
  ),
  token(
    "github-token",
    "GitHub token",
    ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
    "gh[pousr]_[A-Za-z0-9]{36}",
    { severity: "critical", checksum: crcBase62IsSound },
  ),
  token(
    "github-fine-grained-token",
    "GitHub fine-grained token",
    "github_pat_",
    "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
    { severity: "critical" },
  ),
  token(
    "gitlab-token",
    "GitLab token",
    ["glpat-", "gldt-", "glrt-", "glptt-", "glsoat-", "glcbt-", "glagent-", "glft-"],
    "gl(?:pat|dt|rt|ptt|soat|cbt|agent|ft)-[\\w-]{20,64}",
    { severity: "critical", entropy: 3 },
  ),
  token("npm-token", "npm access token", "npm_", "npm_[A-Za-z0-9]{36}", {
    severity: "critical",
    checksum: crcBase62IsSound,
  }),
  {
    id: "npmrc-auth",
    name: "npm registry password or token",
    anchors: ["_authToken", "_auth", "_password"],
    pattern: /:_(?:authToken|auth|password)\s{0,3}=\s{0,3}"?(?<secret>[\w+/=-]{16,200})/g,
    severity: "high",
    entropy: 3,
  },
  token("pypi-token", "PyPI upload token", "pypi-AgE", "pypi-AgE[A-Za-z0-9_-]{60,250}", {
    severity: "critical",
    entropy: 3.5,
  }),
  token("rubygems-key", "RubyGems API key", "rubygems_", "rubygems_[0-9a-f]{48}"),
  token("crates-io-token", "crates.io token", "cio", "cio[A-Za-z0-9]{32}", {
    before: 8,
    behind: 40,
    confidence: "medium",
    entropy: 4,
  }),
  token(
    "slack-token",
    "Slack token",
    ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe"],
    "xox[abeprs](?:\\.xox[bp])?-[0-9A-Za-z-]{20,250}",
    { severity: "critical", entropy: 3 },
  ),
  token("slack-app-token", "Slack app token", "xapp-", "xapp-\\d-[A-Z0-9]{8,16}-\\d{8,16}-[0-9a-f]{40,80}"),
  token(
    "slack-webhook",
    "Slack webhook",
    "hooks.slack.com/",
    "hooks\\.slack\\.com/(?:services|workflows)/T[A-Z0-9]{6,12}/[AB][A-Z0-9]{6,12}/[A-Za-z0-9]{20,40}",
    { severity: "medium" },
  ),
  token("stripe-key", "Stripe live key", ["sk_live_", "rk_live_"], "[sr]k_live_[0-9A-Za-z]{20,247}", {
    severity: "critical",
    entropy: 3,
  }),
  token("stripe-test-key", "Stripe test key", ["sk_test_", "rk_test_"], "[sr]k_test_[0-9A-Za-z]{20,247}", {
    severity: "low",
    entropy: 3,
  }),
  token("stripe-webhook-secret", "Stripe webhook secret", "whsec_", "whsec_[A-Za-z0-9+/=]{32,64}", {
    severity: "medium",
    entropy: 3.5,
  }),
  token("google-api-key", "Google API key", "AIza", "AIza[\\w-]{35}", { severity: "medium", entropy: 3.5 }),
  token("google-oauth-secret", "Google OAuth client secret", "GOCSPX-", "GOCSPX-[\\w-]{28}"),
  token("google-oauth-token", "Google OAuth access token", "ya29.", "ya29\\.[\\w-]{50,250}", {
    severity: "medium",
    entropy: 3.5,
  }),
  {
    id: "private-key",
    behind: 8500,
    name: "private key",
    anchors: ["PRIVATE KEY"],
    pattern:
      /-----BEGIN (?:[A-Z]{2,9} )?PRIVATE KEY(?: BLOCK)?-----(?<secret>(?:\\n|\\r|[\sA-Za-z0-9+/=:,-]){64,8000}?)-----END/g,
    severity: "critical",
    entropy: 4,
  },
  token(
    "putty-key",
    "PuTTY private key",
    "PuTTY-User-Key-File",
    "PuTTY-User-Key-File-[23]: [\\w-]{3,30}\\r?\\nEncryption: none",
    { severity: "critical" },
  ),
  token(
    "age-key",
    "age secret key",
    "AGE-SECRET-KEY-1",
    "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
    { severity: "critical", checksum: bech32IsSound },
  ),
  token("twilio-key", "Twilio API key", twilioKeys, "SK[0-9a-f]{32}", { entropy: 3, confidence: "medium" }),
  named(
    "twilio-auth-token",
    "Twilio auth token",
    ["wilio", "TWILIO"],
    "(?:twilio|TWILIO|Twilio)[\\w.-]{0,20}(?:[tT]oken|TOKEN|[sS]ecret|SECRET)",
    "[0-9a-f]{32}",
    { entropy: 3 },
  ),
  token("sendgrid-key", "SendGrid API key", "SG.", "SG\\.[\\w-]{22}\\.[\\w-]{43}", { severity: "critical" }),
  token("mailgun-key", "Mailgun API key", "key-", "key-[0-9a-f]{32}", { entropy: 3 }),
  token("mailchimp-key", "Mailchimp API key", "-us", "[0-9a-f]{32}-us\\d{1,2}", { entropy: 3 }),
  token(
    "openai-key",
    "OpenAI API key",
    ["T3BlbkFJ"],
    "sk-(?:proj-|svcacct-|admin-)?[\\w-]{20,100}T3BlbkFJ[\\w-]{20,100}",
    { severity: "critical", before: 130 },
  ),
  token("anthropic-key", "Anthropic API key", "sk-ant-", "sk-ant-(?:api|admin)\\d\\d-[\\w-]{80,120}", {
    severity: "critical",
  }),
  token("huggingface-token", "Hugging Face token", ["hf_", "api_org_"], "(?:hf|api_org)_[A-Za-z]{34}", {
    entropy: 3.5,
  }),
  token("groq-key", "Groq API key", "gsk_", "gsk_[A-Za-z0-9]{52}"),
  token("replicate-token", "Replicate API token", "r8_", "r8_[A-Za-z0-9]{37}", { entropy: 3.5 }),
  token("perplexity-key", "Perplexity API key", "pplx-", "pplx-[A-Za-z0-9]{48}"),
  token(
    "digitalocean-token",
    "DigitalOcean token",
    ["dop_v1_", "doo_v1_", "dor_v1_"],
    "do[opr]_v1_[0-9a-f]{64}",
    { severity: "critical" },
  ),
  token("heroku-key", "Heroku API key", "HRKU-", "HRKU-[\\w-]{36,70}"),
  token(
    "shopify-token",
    "Shopify token",
    ["shpat_", "shpca_", "shppa_", "shpss_"],
    "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",
    { entropy: 3 },
  ),
  token("square-token", "Square token", ["sq0atp-", "sq0csp-"], "sq0(?:atp-[\\w-]{22}|csp-[\\w-]{43})"),
  token("telegram-bot-token", "Telegram bot token", ":AA", "\\d{8,10}:AA[\\w-]{33}", { entropy: 3.5 }),
  token(
    "discord-bot-token",
    "Discord bot token",
    ["discord", "DISCORD", "Discord"],
    "[MNO][A-Za-z\\d]{23,25}\\.[\\w-]{6}\\.[\\w-]{27,38}",
    { entropy: 3.5, before: 300 },
  ),
  token(
    "discord-webhook",
    "Discord webhook",
    "/api/webhooks/",
    "discord(?:app)?\\.com/api/webhooks/\\d{17,20}/[\\w-]{60,80}",
    { severity: "medium" },
  ),
  token("azure-storage-key", "Azure storage account key", "AccountKey=", "AccountKey=[A-Za-z0-9+/]{86}==", {
    severity: "critical",
  }),
  token(
    "azure-client-secret",
    "Microsoft Entra client secret",
    azureSecrets,
    "[\\w~.-]{3}\\dQ~[\\w~.-]{31,34}",
    {
      severity: "critical",
      entropy: 3.5,
    },
  ),
  token("databricks-token", "Databricks token", "dapi", "dapi[0-9a-f]{32}(?:-\\d)?", { entropy: 3 }),
  token("vault-token", "HashiCorp Vault token", ["hvs.", "hvb.", "hvr."], "hv[sbr]\\.[\\w-]{90,300}", {
    severity: "critical",
  }),
  token(
    "terraform-token",
    "Terraform Cloud token",
    ".atlasv1.",
    "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{60,70}",
    { severity: "critical" },
  ),
  token("pulumi-token", "Pulumi token", "pul-", "pul-[0-9a-f]{40}"),
  token("docker-token", "Docker Hub token", ["dckr_pat_", "dckr_oat_"], "dckr_[po]at_[\\w-]{27,32}", {
    severity: "critical",
  }),
  {
    id: "docker-auth",
    before: 400,
    behind: 600,
    name: "registry password in a Docker configuration",
    anchors: ['"auth"'],
    pattern:
      /"auths"\s{0,5}:[^"{}]{0,30}\{[^{}]{0,200}\{[^{}]{0,100}"auth"\s{0,5}:\s{0,5}"(?<secret>[A-Za-z0-9+/]{16,500}={0,2})"/g,
    severity: "high",
  },
  token("new-relic-key", "New Relic key", ["NRAK-", "NRIQ-"], "NR(?:AK|IQ)-[A-Z0-9]{27,32}"),
  token(
    "sentry-token",
    "Sentry token",
    ["sntrys_", "sntryu_"],
    "sntry(?:u_[0-9a-f]{64}|s_eyJ[\\w+/=-]{60,400})",
  ),
  token(
    "grafana-token",
    "Grafana token",
    ["glsa_", "glc_eyJ"],
    "gl(?:sa_[A-Za-z0-9]{32}_[0-9a-f]{8}|c_eyJ[A-Za-z0-9+/=]{60,400})",
  ),
  token("linear-key", "Linear API key", "lin_api_", "lin_api_[A-Za-z0-9]{40}"),
  token(
    "notion-token",
    "Notion token",
    ["ntn_", "secret_"],
    "(?:ntn_[A-Za-z0-9]{46}|secret_[A-Za-z0-9]{43})",
    { entropy: 3.8 },
  ),
  token("figma-token", "Figma token", "figd_", "figd_[\\w-]{40}"),
  token("postman-key", "Postman API key", "PMAK-", "PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
  token("planetscale-token", "PlanetScale token", "pscale_", "pscale_(?:tkn|pw|oauth)_[\\w.-]{32,64}"),
  token(
    "doppler-token",
    "Doppler token",
    ["dp.pt.", "dp.st."],
    "dp\\.(?:pt|st(?:\\.[\\w-]{2,35})?)\\.[A-Za-z0-9]{40,44}",
  ),
  token("dynatrace-token", "Dynatrace token", "dt0c01.", "dt0c01\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}"),
  // The anchor stands in every second file: little is looked at around it.
  token("airtable-token", "Airtable token", "pat", "pat[A-Za-z0-9]{14}\\.[0-9a-f]{64}", {
    before: 8,
    behind: 90,
  }),
  token("fly-token", "Fly.io token", ["fo1_", "fm2_"], "(?:fo1_[\\w-]{43}|fm2_[A-Za-z0-9+/=]{100,900})", {
    behind: 1000,
  }),
  token("alibaba-key", "Alibaba Cloud access key id", "LTAI", "LTAI[A-Za-z0-9]{17,21}", { entropy: 3 }),
  token("atlassian-token", "Atlassian API token", "ATATT3", "ATATT3[\\w=-]{180,230}", {
    severity: "critical",
  }),
  token("cloudflare-origin-key", "Cloudflare origin CA key", "v1.0-", "v1\\.0-[0-9a-f]{24}-[0-9a-f]{146}", {
    severity: "critical",
  }),
  token("buildkite-token", "Buildkite token", "bkua_", "bkua_[0-9a-f]{40}"),
  token(
    "tailscale-key",
    "Tailscale key",
    "tskey-",
    "tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,30}-[A-Za-z0-9]{20,50}",
  ),
  token(
    "supabase-token",
    "Supabase token",
    ["sbp_", "sb_secret_"],
    "(?:sbp_[0-9a-f]{40}|sb_secret_[\\w-]{31})",
  ),
  token("1password-token", "1Password service account token", "ops_eyJ", "ops_eyJ[A-Za-z0-9+/=_-]{200,900}", {
    behind: 1000,
    severity: "critical",
  }),
  {
    id: "jwt",
    behind: 3300,
    name: "JSON Web Token",
    anchors: ["eyJ"],
    pattern: /(?<![\w-])(?<secret>eyJ[\w-]{15,500}\.eyJ[\w-]{10,2000}\.[\w-]{20,700})(?![\w-])/g,
    severity: "medium",
    confidence: "medium",
    checksum: jsonHeaderIsSound,
  },
  {
    id: "password-in-url",
    before: 24,
    behind: 310,
    name: "password in a URL",
    anchors: ["://"],
    pattern:
      /(?<![\w+.-])[a-z][a-z0-9+.-]{1,18}:\/\/[^\s/:@"'`<>${}()[\]\\|]{1,60}:(?<secret>[^\s/:@"'`<>${}()[\]\\|]{3,120})@[\w.[\]-]{2,120}/g,
    severity: "high",
    confidence: "medium",
    entropy: 2.2,
  },
  {
    id: "generic",
    before: 20,
    behind: 200,
    name: "hard-coded secret",
    anchors: [
      "assword",
      "ASSWORD",
      "asswd",
      "PASSWD",
      "ecret",
      "SECRET",
      "oken",
      "TOKEN",
      "pi_key",
      "PI_KEY",
      "piKey",
      "ccess_key",
      "ccessKey",
      "ACCESS_KEY",
      "rivate_key",
      "rivateKey",
    ],
    pattern:
      /(?:[pP]assword|PASSWORD|[pP]asswd|PASSWD|[sS]ecret|SECRET|[tT]oken|TOKEN|[aA]pi_?[kK]ey|API_?KEY|[aA]ccess_?[kK]ey|ACCESS_?KEY|[pP]rivate_?[kK]ey)[\w.-]{0,20}["'`]?\]?\s{0,4}(?:=>|:=|[:=])\s{0,4}(?<quote>["'`])(?<secret>[\w~!@#$%^&*+/=.,?-]{12,150})\k<quote>/g,
    severity: "medium",
    confidence: "low",
    entropy: 3.6,
  },
];
