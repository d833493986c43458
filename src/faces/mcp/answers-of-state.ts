import { LRUCache } from "lru-cache";
import type { Answer } from "./answer.ts";

const known = new LRUCache<string, Answer>({
  maxSize: 8e6,
  sizeCalculation: ({ rows = [] }) => 500 + rows.length * 400,
});
/** What was looked at: an outline, a snapshot. Whoever gets the same object again has been told that nothing changed. */
const states = new WeakMap<object, number>();
let count = 0;

/** The answer to a question about one state, made once. `question`: the tool and all that the answer depends on beside it. */
export function answerOnce(state: object, question: readonly unknown[], make: () => Answer): Answer {
  let id = states.get(state);
  if (id === undefined) states.set(state, (id = ++count));
  const key = `${id} ${JSON.stringify(question)}`;
  let answer = known.get(key);
  if (answer === undefined) known.set(key, (answer = make()));
  return answer;
}
