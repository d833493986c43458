/**
 * `Stack<T>::Node::push` is `push` of `Stack.Node`; `operator std::string` and `operator<<` are names as they
 * stand. Template arguments are dropped, as they are no part of what people call a function.
 */
export function splitQualified(written: string): { name: string; scope: string | undefined } {
  if (!/::|^\w+\s*<|^operator\b/.test(written)) return { name: written, scope: undefined };
  const scope: string[] = [];
  let part = "";
  let depth = 0;
  for (let at = 0; at < written.length; at++) {
    const character = written[at]!;
    if (depth === 0 && part.trim() === "" && /^operator\b/.test(written.slice(at))) {
      part = operatorName(written.slice(at));
      break;
    }
    if (character === "<") depth++;
    else if (character === ">") depth--;
    else if (depth > 0) continue;
    else if (character === ":" && written[at + 1] === ":") {
      scope.push(part.trim());
      part = "";
      at++;
    } else part += character;
  }
  const outer = scope.filter((each) => each !== "");
  return { name: part.trim(), scope: outer.length === 0 ? undefined : outer.join(".") };
}

/** `operator bool() const` → `operator bool`; `operator()` stays. */
function operatorName(written: string): string {
  const folded = written.replace(/\s+/g, " ");
  if (/^operator ?\( ?\)/.test(folded)) return "operator()";
  if (!/^operator [\w:]/.test(folded)) return folded;
  let depth = 0;
  for (let at = 0; at < folded.length; at++) {
    if (folded[at] === "<") depth++;
    else if (folded[at] === ">") depth--;
    else if (folded[at] === "(" && depth === 0) return folded.slice(0, at).trim();
  }
  return folded;
}

/**
 * `std::string f` → `f`, `Style operator|` → `operator|`: what the grammar reads as one name when a macro stands in
 * front of a return type.
 */
export function withoutReturnType(written: string): string {
  const operator = /\boperator\b/.exec(written)?.index ?? written.length;
  const bare = withoutArguments(written.slice(0, operator));
  const own = /[\w:~]*$/.exec(bare)?.[0] ?? "";
  return own + written.slice(operator);
}

/** Without template arguments. */
function withoutArguments(written: string): string {
  let depth = 0;
  let bare = "";
  for (const character of written) {
    if (character === "<") depth++;
    else if (character === ">") depth--;
    else if (depth === 0) bare += character;
  }
  return bare;
}
