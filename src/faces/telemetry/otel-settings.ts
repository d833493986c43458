import type { Attributes } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace";

type Env = Readonly<Record<string, string | undefined>>;

/** `OTEL_TRACES_SAMPLER`; what it does not know is what it is without it: as the parent, else always. */
export function samplerOf(env: Env): Sampler {
  const name = env["OTEL_TRACES_SAMPLER"] ?? "";
  const root = rootSampler(name.replace(/^parentbased_/, ""), env["OTEL_TRACES_SAMPLER_ARG"]);
  return name.startsWith("parentbased_") || root === undefined
    ? new ParentBasedSampler({ root: root ?? new AlwaysOnSampler() })
    : root;
}

function rootSampler(name: string, argument: string | undefined): Sampler | undefined {
  if (name === "always_on") return new AlwaysOnSampler();
  if (name === "always_off") return new AlwaysOffSampler();
  if (name !== "traceidratio") return undefined;
  const ratio = argument === undefined || argument === "" ? 1 : Number(argument);
  return new TraceIdRatioBasedSampler(ratio >= 0 && ratio <= 1 ? ratio : 1);
}

/** `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME`, and who we are. */
export function resourceAttributes(env: Env, version: string): Attributes {
  const given = (env["OTEL_RESOURCE_ATTRIBUTES"] ?? "").split(",").flatMap((pair) => {
    const at = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, at)).trim();
    return name === "" ? [] : [[name, decoded(pair.slice(at + 1).trim())] as const];
  });
  const service = env["OTEL_SERVICE_NAME"];
  return {
    "service.name": "caelum",
    "service.version": version,
    "process.pid": process.pid,
    ...Object.fromEntries(given),
    ...(service ? { "service.name": service } : {}),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
