import { examples, type Register } from "../command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("clear")
    .description("remove everything from the cache; the next run measures all files anew")
    .addHelpText("after", examples(["caelum cache clear", "of this user"]))
    .action(
      bind(async (context) => {
        const { clearCache } = await import("#analysis");
        const { showCacheCleared } = await import("#faces");
        const { cache } = (await context.config()).values;
        const removed = await clearCache(cache.folder);
        context.stdout.stream.write(showCacheCleared(removed, context.options));
        return "ok";
      }),
    );
};
