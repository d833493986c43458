import { cacheFolder } from "#kernel";
import { fromText, optionalSetting, setting, type Section } from "../setting.ts";
import { redisAddress, size, text } from "../shapes.ts";

export const cache = {
  description: "Where results are kept between runs.",
  settings: {
    folder: setting(text("the path of a folder"), {
      description: "Folder of the caches; safe to delete at any time.",
      fallback: (env: NodeJS.ProcessEnv) => cacheFolder(env),
      fallbackText: "`$XDG_CACHE_HOME/caelum`, `~/.cache/caelum`; on Windows `%LOCALAPPDATA%\\caelum`",
      env: { name: "CAELUM_CACHE_DIR", read: fromText.text },
      isPath: true,
    }),
    maxSize: setting(size(), {
      description: "The oldest entries go when the cache grows beyond this.",
      fallback: 1_000_000_000,
      fallbackText: "1 GB",
      env: { name: "CAELUM_CACHE_MAX_SIZE", read: fromText.text },
    }),
    redis: optionalSetting(redisAddress(), {
      description:
        "Address of a Redis through which machines share facts of files. It is never needed; whoever can write to it is trusted.",
      fallbackText: "none: every machine has its own",
      env: { name: "CAELUM_CACHE_REDIS", read: fromText.text },
    }),
  },
} as const satisfies Section;
