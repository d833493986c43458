import { fromText, optionalSetting, setting, type Section } from "../setting.ts";
import { onOff, size, texts, wholeNumber } from "../shapes.ts";

const patterns = 'a list of glob patterns, such as ["src/**"]';

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
