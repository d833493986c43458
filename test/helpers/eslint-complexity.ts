import { Linter, type Rule } from "eslint";
import { builtinRules } from "eslint/use-at-your-own-risk";

export interface MeasuredFunction {
  line: number;
  column: number;
  complexity: number;
}

/** How a file may be read; ESLint knows no fallback between the two by itself. */
export interface Reading {
  sourceType: "module" | "commonjs";
  /** Parsers go by the name. */
  fileName: string;
  parser?: Linter.Parser;
  parserOptions?: Linter.ParserOptions;
}

interface Located {
  type: string;
  parent?: Located;
  range: [number, number];
  loc: { start: { line: number; column: number } };
}

/** Methods start with their name and modifiers; ESLint's node is only the function after them. */
function startOf(node: Located): Located {
  const { parent } = node;
  const isMethod =
    parent !== undefined &&
    (parent.type === "MethodDefinition" ||
      (parent.type === "Property" &&
        ((parent as unknown as { method: boolean }).method ||
          (parent as unknown as { kind: string }).kind !== "init")));
  return isMethod ? parent : node;
}

/**
 * What ESLint's own `complexity` rule says about every function of a text, in the order in which the functions
 * start; undefined if ESLint cannot read the text that way.
 */
export function eslintComplexity(text: string, reading: Reading): MeasuredFunction[] | undefined {
  const found: (MeasuredFunction & { start: number })[] = [];
  const rule = builtinRules.get("complexity")!;
  const spy: Rule.RuleModule = {
    meta: { ...rule.meta, schema: false },
    create: (context) =>
      rule.create(
        Object.create(context, {
          options: { value: [{ max: 0, variant: "classic" }] },
          report: {
            value: ({ node, data }: { node: Located; data: { name: string; complexity: number } }) => {
              // Initialisers of fields and static blocks are measured by the rule, but are no functions.
              if (!node.type.includes("Function") || data.name === "Class field initializer") return;
              const { range, loc } = startOf(node);
              const { line, column } = loc.start;
              found.push({ start: range[0], line, column, complexity: data.complexity });
            },
          },
        }) as Rule.RuleContext,
      ),
  };
  const messages = new Linter().verify(
    text,
    {
      files: ["**/*.{js,ts,tsx}"],
      plugins: { spy: { rules: { complexity: spy } } },
      rules: { "spy/complexity": "error" },
      linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" },
      languageOptions: {
        ecmaVersion: "latest",
        sourceType: reading.sourceType,
        ...(reading.parser === undefined ? {} : { parser: reading.parser }),
        parserOptions: { ecmaFeatures: { jsx: true, globalReturn: true }, ...reading.parserOptions },
      },
    },
    reading.fileName,
  );
  const unread = messages.some((message) => message.fatal === true);
  if (unread) return undefined;
  found.sort((a, b) => a.start - b.start);
  return found.map(({ line, column, complexity }) => ({ line, column, complexity }));
}
