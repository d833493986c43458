import { examples, type Register } from "../command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("stats")
    .description("print where the cache is, how large it is and how much of it this version can use")
    .addHelpText(
      "after",
      examples(["caelum cache stats", "for people"], ["caelum cache stats --json", "for programs"]),
    )
    .action(
      bind(async (context) => {
        const { cacheStats } = await import("#analysis");
        const { showCacheStats } = await import("#faces");
        const { cache } = (await context.config()).values;
        const stats = await cacheStats(cache.folder);
        context.stdout.stream.write(showCacheStats(stats, context.options));
        return "ok";
      }),
    );
};
