/** The expression is none that is understood. */
class ComparisonProblem extends Error {}

type Value = string | number | boolean | undefined;
export type Comparison = (lookUp: (name: string) => Value) => boolean;

type Evaluate = (lookUp: (name: string) => Value) => Value;

const TOKEN =
  /\s*(?:(0x[\da-fA-F]+|0o[0-7]+|0b[01]+|\d+(?:\.\d+)?)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\$[A-Z_][A-Z_0-9]*|\$\d+)|(\b(?:not\s+in|and|or|not|in|True|False|None)\b)|([a-z_][\w.]*)|(==|!=|<=|>=|\*\*|\/\/|<<|>>|[-+*/%<>()[\],&|^~]))/y;

/**
 * Reads the Python-like expressions of `metavariable-comparison`: numbers, texts, metavariables, arithmetic, comparison,
 * `and`, `or`, `not`, `in`, `int()`, `float()`, `str()`, `len()`, `re.match()`. What has no value makes it false.
 * Throws a ComparisonProblem.
 */
export function compileComparison(text: string): Comparison {
  const parser = new Parser(text);
  const evaluate = parser.parse();
  return (lookUp) => evaluate(lookUp) === true;
}

interface Token {
  type: "number" | "string" | "metavariable" | "word" | "name" | "operator" | "end";
  text: string;
}

class Parser {
  readonly #tokens: Token[] = [];
  #at = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    const trimmed = text.trim();
    while (TOKEN.lastIndex < trimmed.length) {
      const from = TOKEN.lastIndex;
      const found = TOKEN.exec(trimmed);
      if (found === null) throw new ComparisonProblem(`"${trimmed.slice(from)}" is not understood`);
      const types = ["number", "string", "metavariable", "word", "name", "operator"] as const;
      const index = found.slice(1).findIndex((group) => group !== undefined);
      this.#tokens.push({ type: types[index]!, text: found[index + 1]!.replace(/\s+/g, " ") });
    }
  }

  parse(): Evaluate {
    const whole = this.#or();
    if (this.#peek().type !== "end") throw new ComparisonProblem(`"${this.#peek().text}" is not expected`);
    return whole;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { type: "end", text: "" };
  }

  #take(...texts: string[]): string | undefined {
    const { type, text } = this.#peek();
    if (type === "string" || !texts.includes(text)) return undefined;
    this.#at++;
    return text;
  }

  #or(): Evaluate {
    let left = this.#and();
    while (this.#take("or") !== undefined) {
      const [a, b] = [left, this.#and()];
      left = (look) => a(look) === true || b(look) === true;
    }
    return left;
  }

  #and(): Evaluate {
    let left = this.#not();
    while (this.#take("and") !== undefined) {
      const [a, b] = [left, this.#not()];
      left = (look) => a(look) === true && b(look) === true;
    }
    return left;
  }

  #not(): Evaluate {
    if (this.#take("not") === undefined) return this.#comparison();
    const inner = this.#not();
    return (look) => inner(look) !== true;
  }

  #comparison(): Evaluate {
    let left = this.#sum();
    for (;;) {
      const operator = this.#take("==", "!=", "<", ">", "<=", ">=", "in", "not in");
      if (operator === undefined) return left;
      const [a, b] = [left, this.#sum()];
      left = (look) => compare(operator, a(look), b(look));
    }
  }

  #sum(): Evaluate {
    let left = this.#product();
    for (;;) {
      const operator = this.#take("+", "-", "&", "|", "^", "<<", ">>");
      if (operator === undefined) return left;
      const [a, b] = [left, this.#product()];
      left = (look) => calculate(operator, a(look), b(look));
    }
  }

  #product(): Evaluate {
    let left = this.#unary();
    for (;;) {
      const operator = this.#take("*", "/", "%", "//", "**");
      if (operator === undefined) return left;
      const [a, b] = [left, this.#unary()];
      left = (look) => calculate(operator, a(look), b(look));
    }
  }

  #unary(): Evaluate {
    if (this.#take("-") === undefined) return this.#primary();
    const inner = this.#unary();
    return (look) => calculate("-", 0, inner(look));
  }

  #primary(): Evaluate {
    const token = this.#peek();
    this.#at++;
    switch (token.type) {
      case "number":
        return () => Number(token.text);
      case "string": {
        const value = token.text.slice(1, -1).replace(/\\(.)/g, "$1");
        return () => value;
      }
      case "metavariable":
        return (look) => look(token.text);
      case "word":
        return () => (token.text === "True" ? true : token.text === "False" ? false : undefined);
      case "name":
        return this.#call(token.text);
      case "operator":
        if (token.text === "(") {
          const inner = this.#or();
          this.#expect(")");
          return inner;
        }
        if (token.text === "[") return this.#list();
        throw new ComparisonProblem(`"${token.text}" is not expected`);
      case "end":
        throw new ComparisonProblem("the expression ends too early");
    }
  }

  /** Only `in` looks at one: a text with its elements between line feeds. */
  #list(): Evaluate {
    const elements: Evaluate[] = [];
    while (this.#take("]") === undefined) {
      elements.push(this.#or());
      if (this.#take(",") === undefined) {
        this.#expect("]");
        break;
      }
    }
    return (look) => `\n${elements.map((element) => String(element(look))).join("\n")}\n`;
  }

  #call(name: string): Evaluate {
    const given: Evaluate[] = [];
    this.#expect("(");
    while (this.#take(")") === undefined) {
      given.push(this.#or());
      if (this.#take(",") === undefined) {
        this.#expect(")");
        break;
      }
    }
    const [first, second] = given;
    const apply = first === undefined ? undefined : FUNCTIONS[name];
    if (apply === undefined) throw new ComparisonProblem(`there is no function ${name}`);
    return (look) => apply(first!(look), second?.(look));
  }

  #expect(text: string): void {
    if (this.#take(text) === undefined) throw new ComparisonProblem(`${text} is missing`);
  }
}

const FUNCTIONS: Readonly<Record<string, (value: Value, other: Value) => Value>> = {
  int: (value) => (value === undefined ? undefined : finite(Math.trunc(Number(value)))),
  float: (value) => (value === undefined ? undefined : finite(Number(value))),
  str: (value) => (value === undefined ? undefined : String(value)),
  len: (value) => (typeof value === "string" ? value.length : undefined),
  "re.match": (pattern, value) =>
    typeof pattern === "string" && typeof value === "string"
      ? new RegExp(`^(?:${pattern})`).test(value)
      : undefined,
};

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function compare(operator: string, a: Value, b: Value): Value {
  if (a === undefined || b === undefined) return operator === "!=" ? a !== b : undefined;
  switch (operator) {
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "in":
    case "not in": {
      const text = String(b);
      const found = text.startsWith("\n") ? text.includes(`\n${a}\n`) : text.includes(String(a));
      return found === (operator === "in");
    }
    default:
  }
  if (typeof a !== typeof b) return undefined;
  switch (operator) {
    case "<":
      return a < b;
    case ">":
      return a > b;
    case "<=":
      return a <= b;
    default:
      return a >= b;
  }
}

function calculate(operator: string, a: Value, b: Value): Value {
  if (typeof a === "string" && typeof b === "string") return operator === "+" ? a + b : undefined;
  if (typeof a !== "number" || typeof b !== "number") return undefined;
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return finite(a / b);
    case "//":
      return finite(Math.floor(a / b));
    case "%":
      return finite(((a % b) + b) % b);
    case "**":
      return finite(a ** b);
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return a << b;
    default:
      return a >> b;
  }
}
