import * as v from "valibot";
import { fromText, optionalSetting, setting, type Section } from "../setting.ts";
import { layers, onOff, percent, size, texts, wholeNumber } from "../shapes.ts";

const patterns = 'a list of glob patterns, such as ["src/**"]';

const severity = v.picklist(
  ["critical", "high", "medium", "low", "info"],
  "one of critical, high, medium, low, info",
);

export const analyze = {
  description: "What `caelum analyze` reads, how strict it is and how it works.",
  settings: {
    include: setting(texts(patterns), {
      description: "Only files that match one of these patterns are read; an empty list means all.",
      fallback: [],
    }),
    exclude: setting(texts(patterns), {
      description: "Files that match one of these patterns are left out, also when `include` names them.",
      fallback: [],
    }),
    languages: setting(texts('a list of language names, such as ["python", "go"]'), {
      description: "Only these languages are measured; an empty list means all.",
      fallback: [],
      env: { name: "CAELUM_ANALYZE_LANGUAGES", read: fromText.list },
    }),
    maxCyclomatic: optionalSetting(wholeNumber(1), {
      description: "Gate: a function whose cyclomatic complexity is above this fails the run (exit code 1).",
      fallbackText: "no gate",
      env: { name: "CAELUM_ANALYZE_MAX_CYCLOMATIC", read: fromText.number },
    }),
    maxCognitive: optionalSetting(wholeNumber(0), {
      description: "Gate: a function whose cognitive complexity is above this fails the run (exit code 1).",
      fallbackText: "no gate",
      env: { name: "CAELUM_ANALYZE_MAX_COGNITIVE", read: fromText.number },
    }),
    maxDuplication: optionalSetting(percent(), {
      description: "Gate: more lines of code in copies than this percentage fail the run (exit code 1).",
      fallbackText: "no gate",
      env: { name: "CAELUM_ANALYZE_MAX_DUPLICATION", read: fromText.decimal },
    }),
    clones: setting(onOff(), {
      description: "Whether code that was copied is looked for.",
      fallback: true,
      env: { name: "CAELUM_ANALYZE_CLONES", read: fromText.onOff },
    }),
    defaultRules: setting(onOff(), {
      description: "Whether files are searched by the rules that come with caelum.",
      fallback: true,
      env: { name: "CAELUM_ANALYZE_DEFAULT_RULES", read: fromText.onOff },
    }),
    severity: optionalSetting(severity, {
      description: "Findings less severe than this are not reported.",
      fallbackText: "all are",
      env: { name: "CAELUM_ANALYZE_SEVERITY", read: fromText.text },
    }),
    failOn: optionalSetting(severity, {
      description: "Gate: a finding this severe, or more, fails the run (exit code 1).",
      fallbackText: "no gate",
      env: { name: "CAELUM_ANALYZE_FAIL_ON", read: fromText.text },
    }),
    layers: setting(layers(), {
      description:
        "Parts of the project and what each may import: `{ name, files, mayImport, mustNotImport }`, with globs for files and names of layers for the rest. An import that goes against it is a finding.",
      fallback: [],
      fallbackText: "none",
    }),
    entries: setting(texts(patterns), {
      description:
        "Files that something outside of the project starts or imports: they are no orphans, and what they export is in use, though nothing here names it.",
      fallback: [],
    }),
    hotspots: setting(onOff(), {
      description: "Whether the git history is read for hotspots.",
      fallback: true,
      env: { name: "CAELUM_ANALYZE_HOTSPOTS", read: fromText.onOff },
    }),
    secrets: setting(onOff(), {
      description: "Whether passwords, keys and tokens in the files are reported.",
      fallback: true,
      env: { name: "CAELUM_ANALYZE_SECRETS", read: fromText.onOff },
    }),
    workers: optionalSetting(wholeNumber(1, 256), {
      description: "Worker processes on this machine. The report does not depend on it.",
      fallbackText: "one per core",
      env: { name: "CAELUM_ANALYZE_WORKERS", read: fromText.number },
    }),
    maxFileSize: setting(size(), {
      description: "Larger files are left out and counted.",
      fallback: 2_000_000,
      fallbackText: "2 MB",
      env: { name: "CAELUM_ANALYZE_MAX_FILE_SIZE", read: fromText.text },
    }),
    submodules: setting(onOff(), {
      description: "Whether git submodules are read too; otherwise they are named and left out.",
      fallback: false,
      env: { name: "CAELUM_ANALYZE_SUBMODULES", read: fromText.onOff },
    }),
    cache: setting(onOff(), {
      description: "Whether facts of unchanged files are kept between runs.",
      fallback: true,
      env: { name: "CAELUM_ANALYZE_CACHE", read: fromText.onOff },
    }),
  },
} as const satisfies Section;
