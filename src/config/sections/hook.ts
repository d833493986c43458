import * as v from "valibot";
import { fromText, setting, type Section } from "../setting.ts";
import { duration, texts } from "../shapes.ts";

export const hook = {
  description: "What happens before `git push`, once `caelum hook install` was run.",
  settings: {
    budget: setting(duration(), {
      description:
        "A push whose tests take longer is refused with what to do instead: servers drop a connection that waits.",
      fallback: 240_000,
      fallbackText: '`"4m"`',
      env: { name: "CAELUM_HOOK_BUDGET", read: fromText.text },
    }),
    onMiss: setting(v.picklist(["test", "refuse", "allow"], '"test", "refuse" or "allow"'), {
      description:
        "What to do when the pushed tree has no verdict: run the tests, refuse at once, or say so and let it pass.",
      fallback: "test",
      env: { name: "CAELUM_HOOK_ON_MISS", read: fromText.text },
    }),
    branches: setting(texts('a list of glob patterns, such as ["main", "release/*"]'), {
      description:
        "Only pushes to branches that match one of these patterns are held up; an empty list means all.",
      fallback: [],
    }),
  },
} as const satisfies Section;
