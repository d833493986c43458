/**
 * `Stack<T>::Node::push` is `push` of `Stack.Node`; `operator std::string` and `operator<<` are names as they
 * stand. Template arguments are dropped, as they are no part of what people call a function.
 */
export function splitQualified(written: string): { name: string; scope: string | undefined } {
  if (!written.includes("::") && !/^\w+\s*</.test(written)) return { name: written, scope: undefined };
  const parts: string[] = [];
  let part = "";
  let depth = 0;
  for (let at = 0; at < written.length; at++) {
    const character = written[at]!;
    if (depth === 0 && part === "" && /^\s*operator\b/.test(written.slice(at))) {
      part = written.slice(at);
      break;
    }
    if (character === "<") depth++;
    else if (character === ">") depth--;
    else if (depth > 0) continue;
    else if (character === ":" && written[at + 1] === ":") {
      parts.push(part);
      part = "";
      at++;
    } else part += character;
  }
  const scope = parts.map((each) => each.trim()).filter((each) => each !== "");
  return { name: part.trim().replace(/\s+/g, " "), scope: scope.length === 0 ? undefined : scope.join(".") };
}
