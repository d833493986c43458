import { realpathSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { pathToFileURL } from "node:url";
import { type AnyNode, type ObjectExpression, parse, type Program } from "acorn";
import { type ConfigSource, type KeyPath, type Position, SyntaxProblem } from "./source.ts";

/**
 * A program that says its settings: values are what it computed, places are those of the object that it exports, as far
 * as it is written out (behind `defineConfig(…)` and names, too). What it computes has no place.
 */
export function sourceOfProgram(value: unknown, file: string, content: string): ConfigSource {
  let program: Program | undefined;
  try {
    program = parseProgram(file, content);
  } catch {
    // Node could read it: no place is better than no setting.
  }
  return {
    value,
    locate(path, part) {
      if (program === undefined) return undefined;
      const found = find(program, path, part);
      return found?.loc ? { line: found.loc.start.line, column: found.loc.start.column + 1 } : undefined;
    },
  };
}

/** What hindered Node from running a program, with the place in it where that is known. */
export function problemOfProgram(error: unknown, file: string, content: string): SyntaxProblem | undefined {
  const position =
    placeInStack(error, file) ?? (error instanceof SyntaxError ? placeOfSyntax(file, content) : undefined);
  const reason = error instanceof Error ? error.message : String(error);
  return position && new SyntaxProblem(`could not be loaded: ${reason}`, position, { cause: error });
}

function parseProgram(file: string, content: string): Program {
  // Types become spaces, so that all places stay.
  const plain = file.endsWith("ts") ? stripTypeScriptTypes(content) : content;
  const options = { ecmaVersion: "latest", locations: true, allowHashBang: true } as const;
  try {
    return parse(plain, { ...options, sourceType: "module" });
  } catch (error) {
    // What is no module may still be a script: `return` at the top, `with`.
    try {
      return parse(plain, { ...options, sourceType: "script", allowReturnOutsideFunction: true });
    } catch {
      throw error;
    }
  }
}

function placeOfSyntax(file: string, content: string): Position | undefined {
  try {
    parseProgram(file, content);
    return undefined;
  } catch (error) {
    const { loc } = error as { loc?: { line: number; column: number } };
    return loc && { line: loc.line, column: loc.column + 1 };
  }
}

/** The innermost line of the file itself: `at file:///project/caelum.config.js:3:14`, or `…:3` above an excerpt. */
function placeInStack(error: unknown, file: string): Position | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const real = realpathSync(file);
  for (const name of [pathToFileURL(real).href, real]) {
    const at = stack.indexOf(`${name}:`);
    if (at < 0) continue;
    const [, line, column] = /^(\d+)(?::(\d+))?/.exec(stack.slice(at + name.length + 1)) ?? [];
    if (line !== undefined) return { line: Number(line), column: Number(column ?? columnOfExcerpt(stack)) };
  }
  return undefined;
}

/** Node shows the line and carets below what is wrong. */
function columnOfExcerpt(stack: string): number {
  const carets = /^ *\^+ *$/m.exec(stack);
  return carets === null ? 1 : carets[0].indexOf("^") + 1;
}

function find(program: Program, path: KeyPath, part: "key" | "value"): AnyNode | undefined {
  const last = path.length - 1;
  let at = exported(program);
  for (const [index, key] of path.entries()) {
    const inside = at && written(program, at);
    if (inside?.type === "ObjectExpression") {
      const property = propertyOf(inside, String(key));
      at = index === last && part === "key" ? property?.key : property?.value;
    } else if (inside?.type === "ArrayExpression" && typeof key === "number") {
      // Behind `...others` nobody knows which one it is.
      const isCounted = inside.elements
        .slice(0, key + 1)
        .every((element) => element?.type !== "SpreadElement");
      at = isCounted ? (inside.elements[key] ?? undefined) : undefined;
    } else return undefined;
  }
  return at;
}

/** `export default …`, `module.exports = …`, `exports.default = …`. */
function exported(program: Program): AnyNode | undefined {
  for (const statement of program.body) {
    if (statement.type === "ExportDefaultDeclaration") return statement.declaration;
    if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression")
      continue;
    const { left, right } = statement.expression;
    if (left.type !== "MemberExpression" || left.property.type !== "Identifier") continue;
    const { object, property } = left;
    if (object.type !== "Identifier") continue;
    if (["module.exports", "exports.default"].includes(`${object.name}.${property.name}`)) return right;
  }
  return undefined;
}

/** Where a value is written out: behind the name of a variable, or as what a function was given. */
function written(program: Program, node: AnyNode): AnyNode | undefined {
  // A name may lead to a name; a ring of them ends.
  for (let at: AnyNode | undefined = node, steps = 0; at !== undefined && steps < 10; steps++) {
    if (at.type === "Identifier") at = valueOfName(program, at.name);
    else if (at.type === "CallExpression") at = at.arguments[0];
    else return at;
  }
  return undefined;
}

function valueOfName(program: Program, name: string): AnyNode | undefined {
  for (const statement of program.body) {
    if (statement.type !== "VariableDeclaration") continue;
    for (const { id, init } of statement.declarations)
      if (id.type === "Identifier" && id.name === name) return init ?? undefined;
  }
  return undefined;
}

function propertyOf({ properties }: ObjectExpression, key: string) {
  // The last one counts, as when it runs.
  return properties
    .filter((property) => property.type === "Property")
    .findLast(({ key: written, computed }) => {
      if (computed) return false;
      return written.type === "Identifier"
        ? written.name === key
        : written.type === "Literal" && String(written.value) === key;
    });
}
