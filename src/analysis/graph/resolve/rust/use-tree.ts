/**
 * The paths that a `use` names: `a::{b, c::{self, d as e}}` → `a::b`, `a::c`, `a::c::d`; a glob ends in `*`. Text
 * that is no use tree (a macro inside, an unfinished line) yields what could be read.
 */
export function usePaths(tree: string): string[][] {
  const tokens =
    tree.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, " ").match(/::|[{},*]|(?:r#)?[\p{L}_$][\p{L}\p{N}_]*/gu) ??
    [];
  const paths: string[][] = [];
  // The prefixes of the open braces; the last is the path being read.
  const open: string[][] = [];
  let path: string[] = [];
  let pending = false;
  const finish = (): void => {
    if (pending && path.length > 0)
      paths.push(path.at(-1) === "self" && path.length > 1 ? path.slice(0, -1) : path);
    pending = false;
  };
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token === "::") continue;
    if (token === "{") {
      open.push(path);
      path = [...path];
      pending = false;
    } else if (token === "}" || token === ",") {
      finish();
      path = token === "}" ? (open.pop() ?? []) : [...(open.at(-1) ?? [])];
    } else if (token === "as") {
      at++; // the new name
    } else {
      path = [...path, token.replace(/^r#/, "")];
      pending = true;
    }
  }
  finish();
  return paths;
}
