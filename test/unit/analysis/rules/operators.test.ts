import { describe, expect, test } from "vitest";
import { foundLines, search } from "../../../helpers/rules.ts";

/** Language, rule and code; lines that must be found end in `!!` behind a comment sign. */
type Case = readonly [language: string, rule: string, code: string];

const MARK = /(?:\/\/|#)\s*!!/;

function marked(code: string): number[] {
  return code.split("\n").flatMap((line, row) => (MARK.test(line) ? [row + 1] : []));
}

/** Statements in the place where the language has them. */
const inside: Readonly<Record<string, (statements: string) => string>> = {
  go: (text) => `package p\nfunc f() {\n${text}\n}\n`,
  java: (text) => `class A { void f() {\n${text}\n} }\n`,
  csharp: (text) => `class A { void F() {\n${text}\n} }\n`,
  c: (text) => `void f() {\n${text}\n}\n`,
  cpp: (text) => `void f() {\n${text}\n}\n`,
  rust: (text) => `fn f() {\n${text}\n}\n`,
  php: (text) => `<?php\n${text}\n`,
};

const operators: Record<string, readonly Case[]> = {
  "pattern finds a call, however it is laid out": [
    ["python", "pattern: foo($X, 1)", "foo(a, # !!\n 1)\nfoo(2, 1) # !!\nfoo(1)"],
    ["javascript", "pattern: foo($X, 1)", "foo( a , 1 ) // !!\nfoo(1)\nbar(a, 1)"],
    ["go", "pattern: foo($X, 1)", "foo(a, 1) // !!\nfoo(1)"],
    ["java", "pattern: foo($X, 1)", "x = foo(a, 1); // !!\nfoo(1);"],
    ["rust", "pattern: foo($X, 1)", "foo(a, 1); // !!\nfoo(1);"],
    ["c", "pattern: foo($X, 1)", "if (foo(a, 1)) { // !!\nfoo(1); }"],
    ["cpp", "pattern: foo($X, 1)", "auto x = foo(a, 1); // !!\nfoo(1);"],
    ["csharp", "pattern: foo($X, 1)", "foo(a, 1); // !!\nfoo(1);"],
    ["ruby", "pattern: foo($X, 1)", "foo(a, 1) # !!\nfoo(1)\nfoo b, 1 # !!"],
    ["ruby", "pattern: 'a.b { |x| foo(x) }'", "a.b { |x| foo(x) } # !!\na.b\na.b { |x| bar(x) }"],
    ["php", "pattern: foo($X, 1)", "foo($a, 1); // !!\nfoo(1);"],
    ["bash", "pattern: foo $X one", "foo $a one # !!\nfoo one"],
    ["typescript", "pattern: foo($X, 1)", "foo(a as any, 1) // !!\nfoo(1)"],
    ["tsx", "pattern: <a href={$X} />", "let x = <a href={y} /> // !!\nlet z = <a name={y} />"],
  ],
  "a call without arguments is one without arguments, whatever is called": [
    ["python", "pattern: $F()", "foo() # !!\nfoo(1)\nfoo"],
    ["javascript", "pattern: $F()", "foo() // !!\nfoo(1)\nfoo"],
    ["go", "pattern: $F()", "foo() // !!\nfoo(1)"],
    ["java", "pattern: $F()", "foo(); // !!\nfoo(1);"],
    ["csharp", "pattern: $F()", "foo(); // !!\nfoo(1);"],
    ["rust", "pattern: $F()", "foo(); // !!\nfoo(1);"],
  ],
  "pattern-either finds either, patterns wants all": [
    [
      "python",
      "pattern-either:\n  - pattern: foo()\n  - patterns:\n      - pattern: bar($X)\n      - pattern: bar(1)",
      "foo() # !!\nbar(1) # !!\nbar(2)",
    ],
    [
      "javascript",
      "pattern-either:\n  - pattern: foo()\n  - pattern: bar($X)",
      "foo() // !!\nbar(1) // !!\nbaz()",
    ],
    [
      "java",
      "pattern-either:\n  - pattern: foo()\n  - pattern: new Bar($X)",
      "foo(); // !!\nnew Bar(1); // !!\nnew Baz(1);",
    ],
    [
      "php",
      "pattern-either:\n  - pattern: foo()\n  - pattern: echo $X;",
      "foo(); // !!\necho 1; // !!\nbaz();",
    ],
  ],
  "pattern-not takes away": [
    ["python", 'patterns:\n  - pattern: foo($X)\n  - pattern-not: foo("...")', "foo(a) # !!\nfoo('b')"],
    [
      "javascript",
      'patterns:\n  - pattern: foo($X)\n  - pattern-not: foo("...")',
      "foo(a) // !!\nfoo('b')\nfoo(`${x}`) // !!",
    ],
    ["go", 'patterns:\n  - pattern: foo($X)\n  - pattern-not: foo("...")', "foo(a) // !!\nfoo(`b`)"],
    [
      "ruby",
      'patterns:\n  - pattern: foo($X)\n  - pattern-not: foo("...")',
      "foo(a) # !!\nfoo('b')\nfoo(\"#{x}\") # !!",
    ],
  ],
  "pattern-inside and pattern-not-inside look around": [
    [
      "python",
      "patterns:\n  - pattern: foo($X)\n  - pattern-inside: |\n      def $F(...):\n        ...",
      "foo(1)\ndef f(a, b=2) -> int:\n  x = 1\n  return foo(a) # !!",
    ],
    [
      "javascript",
      "patterns:\n  - pattern: foo($X)\n  - pattern-not-inside: |\n      if ($X) { ... }",
      "if (a) { foo(a); }\nif (a) { foo(b) } // !!\nfoo(a) // !!",
    ],
    [
      "java",
      "patterns:\n  - pattern: foo($X)\n  - pattern-inside: |\n      $T $F(..., int $X, ...) { ... }",
      "}\npublic static String g(String s, int n) throws E { foo(s);\nfoo(n); // !!\n}\nvoid h() {",
    ],
    [
      "go",
      "patterns:\n  - pattern: foo($X)\n  - pattern-inside: |\n      func $F(...) { ... }",
      "foo(1) // !!",
    ],
    [
      "csharp",
      "patterns:\n  - pattern: foo($X)\n  - pattern-inside: |\n      try { ... } catch (...) { ... }",
      "try { foo(1); } catch (E e) { } // !!\nfoo(2);",
    ],
    [
      "rust",
      "patterns:\n  - pattern: foo($X)\n  - pattern-inside: |\n      unsafe { ... }",
      "unsafe { foo(1); } // !!\nfoo(2);",
    ],
  ],
  "pattern-not-inside takes away what stands in there": [
    [
      "python",
      "patterns:\n  - pattern: foo($X)\n  - pattern-not-inside: |\n      with lock($X):\n        ...",
      "with lock(a):\n  foo(a)\nwith lock(b):\n  foo(a) # !!\nfoo(a) # !!",
    ],
    [
      "go",
      "patterns:\n  - pattern: foo($X)\n  - pattern-not-inside: |\n      if $X != nil { ... }",
      "if a != nil {\nfoo(a)\nfoo(b) // !!\n}\nfoo(a) // !!",
    ],
    [
      "java",
      "patterns:\n  - pattern: foo($X)\n  - pattern-not-inside: |\n      synchronized ($X) { ... }",
      "synchronized (a) { foo(a);\nfoo(b); // !!\n}\nfoo(a); // !!",
    ],
    [
      "php",
      "patterns:\n  - pattern: foo($X)\n  - pattern-not-inside: if (isset($X)) { ... }",
      "if (isset($a)) { foo($a); }\nif (isset($b)) { foo($a); } // !!",
    ],
    [
      "ruby",
      "patterns:\n  - pattern: foo($X)\n  - pattern-not-inside: |\n      def safe(...)\n        ...\n      end",
      "def safe(a)\n  foo(a)\nend\ndef other(a)\n  foo(a) # !!\nend",
    ],
  ],
  "a statement sequence reaches from one to the next, also into nested blocks": [
    [
      "python",
      "patterns:\n  - pattern: bar($X)\n  - pattern-inside: |\n      $X = foo(...)\n      ...",
      "a = foo(1)\nif q:\n  bar(a) # !!\nbar(b)",
    ],
    [
      "javascript",
      "pattern: |\n  $X = foo(...);\n  ...\n  bar($X);",
      "function f() {\nlet a = foo(1); // !!\nif (q) { bar(b); z(() => 1); bar(a) } }",
    ],
    [
      "java",
      "pattern: |\n  $T $X = foo(...);\n  ...\n  $X.bar();",
      "Q a = foo(1); // !!\nif (q) { a.bar(); }\nQ b = foo(2);",
    ],
    [
      "php",
      "patterns:\n  - pattern: bar($X)\n  - pattern-inside: |\n      $X = foo(...);\n      ...",
      "$a = foo(1);\nwhile ($q) { bar($a); } // !!\nbar($b);",
    ],
    ["c", "pattern: |\n  free($X);\n  ...\n  free($X);", "free(a); // !!\nfree(b);\nif (q) free(a);"],
    ["go", "pattern: |\n  $X := foo(...)\n  ...\n  bar($X)", "a := foo(1) // !!\nif q {\nbar(a)\n}"],
  ],
  "adjacent statements have nothing in between": [
    ["python", "pattern: |\n  foo()\n  bar()", "foo() # !!\nbar()\nfoo()\nbaz()\nbar()"],
    ["javascript", "pattern: |\n  foo();\n  bar();", "foo(); // !!\nbar();\nfoo();\nbaz();\nbar();"],
    ["ruby", "pattern: |\n  foo(1)\n  bar(1)", "foo(1) # !!\nbar(1)\nfoo(1)\nbaz(1)\nbar(1)"],
    ["bash", "pattern: |\n  foo\n  bar", "foo # !!\nbar\nfoo\nbaz\nbar"],
  ],
  "pattern-regex looks at the text, pattern-not-regex takes away": [
    ["python", "pattern-regex: TODO\\((\\w+)\\)", "# TODO(me) # !!\n# TODO"],
    ["go", "patterns:\n  - pattern: foo($X)\n  - pattern-not-regex: foo\\(1\\)", "foo(1)\nfoo(2) // !!"],
    [
      "javascript",
      "patterns:\n  - pattern-regex: secret\n  - pattern-inside: foo(...)",
      "foo('secret') // !!\nbar('secret')",
    ],
    ["bash", "pattern-regex: (?i)password=", "PASSWORD=1 # !!\nname=1"],
    ["java", "pattern-regex: (?<WHO>[a-z]+)@home", 'foo("me@home"); // !!\nfoo("1@home");'],
    ["python", "patterns:\n  - pattern: foo($X)\n  - pattern-not-regex: foo\\(1\\)", "foo(1)\nfoo(2) # !!"],
    ["java", "patterns:\n  - pattern: foo($X)\n  - pattern-not-regex: 'bar'", "foo(bar(1));\nfoo(2); // !!"],
    ["ruby", "patterns:\n  - pattern: foo($X)\n  - pattern-not-regex: ':b'", "foo(:b)\nfoo(:c) # !!"],
  ],
  "the same metavariable stands for the same code": [
    ["python", "pattern: $X == $X", "a.b == a . b # !!\na == b"],
    ["javascript", "pattern: $X === $X", "f(1) === f( 1 ) // !!\na === b"],
    ["c", "pattern: $X = $X", "a = a; // !!\na = b;"],
    ["rust", "pattern: $X == $X", "let z = a.b == a.b; // !!\nlet w = a == b;"],
    ["php", "pattern: foo($X, $X)", "foo($a, $a); // !!\nfoo($a, $b);"],
  ],
  "$_ stands for anything each time": [
    ["python", "pattern: foo($_, $_)", "foo(a, b) # !!\nfoo(a)"],
    ["go", "pattern: foo($_, $_)", "foo(a, b) // !!\nfoo(a)"],
    ["java", "pattern: foo($_, $_)", "foo(a, b); // !!\nfoo(a);"],
    ["javascript", "pattern: foo($_, $_)", "foo(a, b) // !!\nfoo(a)"],
  ],
  "$...ARGS stands for all that is between": [
    ["python", "pattern: foo($...ARGS, bar($...ARGS))", "foo(1, 2, bar(1, 2)) # !!\nfoo(1, bar(2))"],
    ["javascript", "pattern: foo($...ARGS, bar($...ARGS))", "foo(1, 2, bar(1, 2)) // !!\nfoo(1, bar(2))"],
    ["java", "pattern: foo($...ARGS, bar($...ARGS))", "foo(1, 2, bar(1, 2)); // !!\nfoo(1, bar(2));"],
    ["php", "pattern: foo($...ARGS, bar($...ARGS))", "foo(1, 2, bar(1, 2)); // !!\nfoo(1, bar(2));"],
  ],
  "... among arguments is any number of them": [
    ["python", "pattern: foo(..., 1, ...)", "foo(1) # !!\nfoo(0, 1, 2) # !!\nfoo(0)"],
    ["go", "pattern: foo(..., 1, ...)", "foo(1) // !!\nfoo(0, 1, 2) // !!\nfoo(0)"],
    ["csharp", "pattern: foo(..., 1, ...)", "foo(1); // !!\nfoo(0, 1, 2); // !!\nfoo(0);"],
    ["rust", "pattern: foo(..., 1, ...)", "foo(1); // !!\nfoo(0, 1, 2); // !!\nfoo(0);"],
    ["ruby", "pattern: foo(..., 1, ...)", "foo 1 # !!\nfoo(0, 1, 2) # !!\nfoo(0)"],
    ["bash", "pattern: foo ... -k ...", "foo -k # !!\nfoo -v -k x # !!\nfoo -v"],
  ],
  "... in a chain is any number of calls and members": [
    [
      "javascript",
      "pattern: $X.foo(). ... .bar()",
      "a.foo().b.c(1).bar() // !!\na.foo().bar() // !!\na.b().bar()",
    ],
    ["python", "pattern: foo(). ... .bar()", "foo().b.c(1).bar() # !!\nq().bar()"],
    ["java", "pattern: foo(). ... .bar()", "foo().b().c(1).bar(); // !!\nq().bar();"],
    ["rust", "pattern: foo(). ... .bar()", "foo().b().c(1).bar(); // !!\nq().bar();"],
    ["ruby", "pattern: foo(1). ... .bar", "foo(1).b.c(1).bar # !!\nq.bar"],
  ],
  "<... ...> looks inside": [
    ["python", "pattern: foo(<... $X.bad ...>)", "foo([1, q(a.bad)]) # !!\nfoo(a.good)"],
    [
      "javascript",
      "pattern: if (<... bad($X) ...>) { ... }",
      "if (a && !bad(1)) { } // !!\nif (a) { bad(1) }",
    ],
    ["go", "pattern: foo(<... bad ...>)", "foo(1 + q(bad)) // !!\nfoo(good)"],
    ["java", "pattern: foo(<... bad($X) ...>)", "foo(1 + q(bad(2))); // !!\nfoo(good(2));"],
  ],
  "a typed metavariable looks at declarations": [
    [
      "java",
      "pattern: (Foo $X).bar()",
      "Foo a = make(); a.bar(); // !!\nBaz b = make(); b.bar();\nvar c = new Foo(); c.bar(); // !!",
    ],
    ["go", "pattern: '($X : *Foo).bar()'", "var a *Foo\na.bar() // !!\nvar b Foo\nb.bar()"],
    [
      "typescript",
      "pattern: 'foo(($X: string))'",
      "function f(a: string, b: number) { foo(a); // !!\nfoo(b) }\nfoo('x') // !!",
    ],
    ["csharp", "pattern: (Foo $X).Bar()", "Foo a = Make(); a.Bar(); // !!\nBaz b = Make(); b.Bar();"],
    ["c", "pattern: foo((char *$X))", "char *a; int b; foo(a); // !!\nfoo(b);"],
  ],
  "metavariable-type looks at declarations": [
    [
      "java",
      "patterns:\n  - pattern: $X.bar()\n  - metavariable-type: {metavariable: $X, type: Foo}",
      "Foo a = make(); a.bar(); // !!\nBaz b = make(); b.bar();",
    ],
    [
      "go",
      "patterns:\n  - pattern: $X.bar()\n  - metavariable-type: {metavariable: $X, type: '*Foo'}",
      "var a *Foo\na.bar() // !!\nvar b Foo\nb.bar()",
    ],
    [
      "typescript",
      "patterns:\n  - pattern: foo($X)\n  - metavariable-type: {metavariable: $X, type: string}",
      "function f(a: string, b: number) { foo(a); // !!\nfoo(b) }",
    ],
    [
      "csharp",
      "patterns:\n  - pattern: $X.Bar()\n  - metavariable-type: {metavariable: $X, types: [Foo, Qux]}",
      "Foo a = Make(); a.Bar(); // !!\nQux c = Make(); c.Bar(); // !!\nBaz b = Make(); b.Bar();",
    ],
    [
      "cpp",
      "patterns:\n  - pattern: foo($X)\n  - metavariable-type: {metavariable: $X, type: int}",
      "int a; foo(a); // !!\nlong b; foo(b);",
    ],
  ],
  "a regular expression stands for the characters of a string": [
    ["python", 'pattern: foo("=~/^md[45]$/")', "foo('md5') # !!\nfoo('sha')\nfoo(md5)"],
    ["javascript", 'pattern: foo("=~/^md[45]$/")', "foo(`md5`) // !!\nfoo('sha')\nfoo(md5)"],
    ["java", 'pattern: foo("=~/^md[45]$/")', 'foo("md5"); // !!\nfoo("sha");'],
    ["go", 'pattern: foo("=~/^md[45]$/")', 'foo("md4") // !!\nfoo("sha")'],
    ["php", 'pattern: foo("=~/^md[45]$/")', "foo('md5'); // !!\nfoo('sha');"],
  ],
  "a metavariable in quotes stands for the characters of a string": [
    [
      "python",
      'patterns:\n  - pattern: foo("$X", bar("$X"))\n  - metavariable-regex: {metavariable: $X, regex: "^a"}',
      "foo('ab', bar('ab')) # !!\nfoo('ab', bar('ac'))\nfoo('b', bar('b'))\nfoo(ab, bar(ab))",
    ],
    [
      "javascript",
      'patterns:\n  - pattern: foo("$X", bar("$X"))\n  - metavariable-regex: {metavariable: $X, regex: "^a"}',
      "foo('ab', bar(`ab`)) // !!\nfoo('ab', bar('ac'))\nfoo(ab, bar(ab))",
    ],
    [
      "go",
      'patterns:\n  - pattern: foo("$X", bar("$X"))\n  - metavariable-regex: {metavariable: $X, regex: "^a"}',
      'foo("ab", bar(`ab`)) // !!\nfoo("b", bar("b"))',
    ],
    [
      "csharp",
      'patterns:\n  - pattern: foo("$X", bar("$X"))\n  - metavariable-regex: {metavariable: $X, regex: "^a"}',
      'foo("ab", bar("ab")); // !!\nfoo("b", bar("b"));',
    ],
  ],
  "a value that is assigned is found where it is declared, too": [
    [
      "javascript",
      "pattern: $X = foo()",
      "const a = foo() // !!\nlet b = foo() // !!\nc = foo() // !!\nlet d = bar()",
    ],
    [
      "java",
      "pattern: $X = foo()",
      "int a = foo(); // !!\nb = foo(); // !!\nfinal var c = foo(); // !!\nint d = bar();",
    ],
    ["csharp", "pattern: $X = foo()", "int a = foo(); // !!\nb = foo(); // !!\nvar d = bar();"],
    [
      "rust",
      "pattern: $X = foo()",
      "let a = foo(); // !!\nlet mut c: u8 = foo(); // !!\nb = foo(); // !!\nlet d = bar();",
    ],
    ["c", "pattern: $X = foo()", "int a = foo(); // !!\nb = foo(); // !!\nint d = bar();"],
    ["typescript", "pattern: $X = foo()", "const a: number = foo() // !!\nb = bar()"],
  ],
  "what is added to a name is not assigned to it": [
    ["python", "pattern: |\n  if $C:\n    $X = foo()", "if a:\n  b += foo()\nif a: # !!\n  b = foo()"],
    ["javascript", "pattern: 'if ($C) { $X = foo() }'", "if (a) { b += foo() }\nif (a) { b = foo() } // !!"],
    ["rust", "pattern: 'if $C { $X = foo(); }'", "if a { b += foo(); }\nif a { b = foo(); } // !!"],
    ["php", "pattern: 'if ($C) { $X = foo(); }'", "if ($a) { $b += foo(); }\nif ($a) { $b = foo(); } // !!"],
    ["go", "pattern: 'if $C { $X = foo() }'", "if a { b += foo() }\nif a { b = foo() } // !!"],
  ],
  "modifiers, decorators and types that a pattern does not mention may be there": [
    [
      "python",
      "pattern: |\n  def foo(...):\n    ...",
      "@cached\ndef foo(a: int) -> str: # !!\n  return a\ndef bar(): pass",
    ],
    [
      "java",
      "pattern: |\n  void g(...) { ... }",
      "}\nprivate static void g(int a) throws E { } // !!\nvoid h() { } void i() {",
    ],
    [
      "typescript",
      "pattern: |\n  function foo(...) { ... }",
      "export async function foo(a: number): Promise<void> { await a } // !!\nfunction bar() { }",
    ],
    ["rust", "pattern: 'fn g(...) { ... }'", "}\npub fn g(a: u8) { } // !!\nfn h() { } fn i() {"],
    [
      "csharp",
      "pattern: 'void G(...) { ... }'",
      "}\npublic static void G(int a) { } // !!\nvoid H() { } void I() {",
    ],
  ],
  "metavariable-regex looks at the text from its beginning": [
    [
      "python",
      "patterns:\n  - pattern: $X(...)\n  - metavariable-regex: {metavariable: $X, regex: 'ev.*'}",
      "evil() # !!\nnot_evil()",
    ],
    [
      "javascript",
      "patterns:\n  - pattern: foo($X)\n  - metavariable-regex: {metavariable: $X, regex: '(?i).*SECRET'}",
      "foo('my secret') // !!\nfoo('x')",
    ],
    [
      "java",
      "patterns:\n  - pattern: $X(...)\n  - metavariable-regex: {metavariable: $X, regex: '^ev'}",
      "evil(); // !!\nnotEvil();",
    ],
    [
      "php",
      "patterns:\n  - pattern: $X(...)\n  - metavariable-regex: {metavariable: $X, regex: '^(evil|bad)$'}",
      "evil(); // !!\nnot_evil();",
    ],
  ],
  "metavariable-comparison calculates": [
    [
      "python",
      "patterns:\n  - pattern: foo($X)\n  - metavariable-comparison: {metavariable: $X, comparison: '$X < 2048 and $X != 7'}",
      "foo(1024) # !!\nfoo(4096)\nfoo(7)\nfoo(a)",
    ],
    [
      "go",
      "patterns:\n  - pattern: foo($X)\n  - metavariable-comparison: {comparison: '$X >= 0x10'}",
      "foo(16) // !!\nfoo(15)",
    ],
    [
      "c",
      "patterns:\n  - pattern: char $B[$N];\n  - metavariable-comparison: {comparison: '$N * 2 > 100'}",
      "char a[64]; // !!\nchar b[16];",
    ],
    [
      "java",
      "patterns:\n  - pattern: chmod($X)\n  - metavariable-comparison: {metavariable: $X, comparison: '$X % 8 == 7'}",
      "chmod(511); // !!\nchmod(504);",
    ],
  ],
  "metavariable-pattern looks into what is bound": [
    [
      "python",
      "patterns:\n  - pattern: foo($X)\n  - metavariable-pattern:\n      metavariable: $X\n      pattern: bad($Y)",
      "foo(1 + bad(2)) # !!\nfoo(good(2))",
    ],
    [
      "javascript",
      "patterns:\n  - pattern: foo($X)\n  - metavariable-pattern:\n      metavariable: $X\n      patterns:\n        - pattern-not: \"'...'\"",
      "foo(a) // !!\nfoo('a')",
    ],
    [
      "ruby",
      "patterns:\n  - pattern: foo($X)\n  - metavariable-pattern:\n      metavariable: $X\n      pattern-either:\n        - pattern: params[...]\n        - pattern: cookies[...]",
      "foo(params[:a]) # !!\nfoo(a)",
    ],
    [
      "java",
      'patterns:\n  - pattern: foo($X)\n  - metavariable-pattern:\n      metavariable: $X\n      pattern-regex: "[0-9]+"',
      "foo(12); // !!\nfoo(a);",
    ],
  ],
  "names of keyword arguments and records come in any order": [
    [
      "python",
      "pattern: foo(b=2, a=1, ...)",
      "foo(a=1, b=2) # !!\nfoo(a=1, b=2, c=3, d=4) # !!\nfoo(b=2, c=0, a=1) # !!\nfoo(a=1)",
    ],
    ["python", "pattern: foo(b=2, a=1)", "foo(a=1, b=2) # !!\nfoo(a=1, b=2, c=3)\nfoo(0, a=1, b=2)"],
    ["javascript", "pattern: 'foo({b: 2, a: 1})'", "foo({a: 1, b: 2}) // !!\nfoo({a: 1, b: 2, c: 3})"],
    ["ruby", "pattern: 'foo(b: 2, a: 1)'", "foo(a: 1, b: 2) # !!\nfoo(a: 1, b: 2, c: 3)"],
    ["ruby", "pattern: 'foo(a, b: 2, ...)'", "foo(a, c: 1, b: 2) # !!\nfoo(a, b: 1)"],
    ["csharp", "pattern: 'foo(..., b: 2, ...)'", "foo(1, b: 2, a: 1); // !!\nfoo(1, 2);"],
    ["php", "pattern: 'foo([..., \"b\" => 2, ...])'", "foo(['c' => 1, 'b' => 2]); // !!\nfoo(['b' => 1]);"],
    ["javascript", "pattern: 'foo({..., b: 2, ...})'", "foo({a: 1, 'b': 2}) // !!\nfoo({b: 1})"],
    ["go", "pattern: 'Foo{..., B: 2, ...}'", "x := Foo{A: 1, B: 2} // !!\ny := Foo{B: 1}"],
    ["rust", "pattern: 'Foo { ..., b: 2, ... }'", "let x = Foo { a: 1, b: 2 }; // !!\nlet y = Foo { b: 1 };"],
    [
      "java",
      "pattern: '@Foo(..., b = 2, ...) $T $F(...) { ... }'",
      "}\n@Foo(a = 1, b = 2) void g() { } // !!\n@Foo(b = 1) void h() { } void i() {",
    ],
  ],
  "names are followed through imports": [
    [
      "python",
      "pattern: a.b.foo(...)",
      "from a import b as c\nfrom a.b import foo as q\nimport a.b as z\nc.foo() # !!\nq() # !!\nz.foo() # !!\nfoo()",
    ],
    [
      "javascript",
      "pattern: cp.exec(...)",
      "import { exec as e } from 'node:cp'\nimport all from 'cp'\nconst { exec: f } = require('cp')\ne() // !!\nall.exec() // !!\nf() // !!\nexec()",
    ],
    ["go", "pattern: exec.Command(...)", 'e.Command("x") // !!\nexec.Command("x") // !!'],
    ["java", "pattern: new java.util.Random(...)", "new Random(); // !!\nnew Other();"],
    [
      "rust",
      "pattern: std::fs::write(...)",
      "use std::fs::{self as files, write};\nfiles::write(a); // !!\nwrite(b); // !!\nother::write(c);",
    ],
    ["csharp", "pattern: System.IO.File.Delete(...)", "File.Delete(a); // !!\nOther.Delete(a);"],
    ["php", "pattern: 'new A\\B\\C(...)'", "use A\\B\\C as D;\nnew D(1); // !!\nnew E(1);"],
  ],
  "strings are the same however they are put together": [
    [
      "python",
      'pattern: foo("md5")',
      "foo('md5') # !!\nfoo('m' 'd5') # !!\nfoo('m' + \"d5\") # !!\nx = 'md5'\nfoo(x) # !!\ny = 'md5'\ny = z\nfoo(y)",
    ],
    [
      "javascript",
      'pattern: foo("md5")',
      "foo(`md5`) // !!\nfoo('m' + 'd5') // !!\nconst x = 'md5'\nfoo(x) // !!\nfunction f(x) { foo(y) }",
    ],
    ["java", 'pattern: foo("md5")', 'String x = "m" + "d5"; foo(x); // !!\nfoo("sha");'],
    ["go", 'pattern: foo("md5")', 'foo(`md5`) // !!\nx := "md5"\nfoo(x) // !!\nfoo("sha")'],
    ["php", 'pattern: foo("md5")', "foo('md5'); // !!\nfoo('m' . 'd5'); // !!\nfoo('sha');"],
    ["bash", 'pattern: foo "md5"', "foo md5 # !!\nfoo 'md5' # !!\nfoo sha"],
  ],
  "parentheses and wrappers do not matter": [
    ["python", "pattern: foo($X + 1)", "foo(((a) + 1)) # !!\nfoo(a)"],
    ["javascript", "pattern: $X || true", "if ((a) || (true)) { } // !!\nif (a) { }"],
    ["java", "pattern: foo($X + 1)", "foo(((a) + 1)); // !!\nfoo(a);"],
    ["go", "pattern: foo($X + 1)", "foo(((a) + 1)) // !!\nfoo(a)"],
  ],
  "an interpolated string is a pattern of its own": [
    ["python", 'pattern: foo(f"...{$X}...")', "foo(f'a{b}') # !!\nfoo('a')"],
    ["javascript", "pattern: foo(`...${$X}...`)", "foo(`a${b}`) // !!\nfoo(`a`)"],
    ["ruby", 'pattern: foo("...#{$X}...")', "foo(\"a#{b}\") # !!\nfoo('a')"],
    ["csharp", 'pattern: foo($"...{$X}...")', 'foo($"a{b}"); // !!\nfoo("a");'],
  ],
};

const imports: Readonly<Record<string, string>> = {
  go: 'import e "os/exec"\n',
  java: "import java.util.*;\n",
  csharp: "using System.IO;\n",
};

for (const [title, cases] of Object.entries(operators)) {
  describe(title, () => {
    test.each(cases)("%s %s", async (language, rule, code) => {
      const wrapped = (inside[language] ?? ((text: string) => text))(code);
      const whole =
        language === "go"
          ? wrapped.replace("package p\n", `package p\n${imports["go"]}`)
          : (imports[language] ?? "") + wrapped;
      expect(await foundLines(language, rule, whole)).toEqual(marked(whole));
    });
  });
}

/** How each operator is told from the rule texts above; `fix` and `focus-metavariable` have tests of their own below. */
const signs: Readonly<Record<string, RegExp>> = {
  pattern: /^pattern:/,
  patterns: /^patterns:/,
  "pattern-either": /pattern-either:/,
  "pattern-not": /pattern-not:/,
  "pattern-inside": /pattern-inside:/,
  "pattern-not-inside": /pattern-not-inside:/,
  "pattern-regex": /pattern-regex:/,
  "pattern-not-regex": /pattern-not-regex:/,
  "metavariable-regex": /metavariable-regex:/,
  "metavariable-comparison": /metavariable-comparison:/,
  "metavariable-pattern": /metavariable-pattern:/,
  "metavariable-type": /metavariable-type:/,
  $X: /\$[A-Z]\b/,
  $_: /\$_\b/,
  "$...ARGS": /\$\.\.\.[A-Z]/,
  "... among arguments": /[( ]\.\.\.[,)]/,
  "... among statements": /\n +\.\.\.\n/,
  "... in a chain": /\. \.\.\. \./,
  "<... ...>": /<\.\.\. /,
  "a typed metavariable": /\(\w+ \*?\$X\)|\(\$X ?: ?\*?\w+\)/,
  "a string of any characters": /"\.\.\."/,
  "a string with an expression": /\{\$X\}/,
};

test.each(Object.entries(signs))("%s is tried in at least four languages", (_, sign) => {
  const tried = Object.values(operators)
    .flat()
    .filter(([, rule]) => sign.test(rule))
    .map(([language]) => language);
  expect(new Set(tried).size).toBeGreaterThanOrEqual(4);
});

describe("focus-metavariable, fix and messages", () => {
  test.each([
    ["python", "foo(1, bad)", "bad"],
    ["javascript", "foo(1, bad)", "bad"],
    ["java", "class A { void f() { foo(1, bad); } }", "bad"],
    ["go", "package p\nfunc f() { foo(1, bad) }", "bad"],
  ])("the finding is where the metavariable is: %s", async (language, code, text) => {
    const rule = "patterns:\n  - pattern: foo($Y, $X)\n  - focus-metavariable: $X\nfix: good($Y)";
    const { findings } = await search(language, rule, code);
    const column = code.split("\n").at(-1)!.indexOf(text) + 1;
    expect(findings).toMatchObject([
      { column, endColumn: column + text.length, message: "found bad", fix: "good(1)" },
    ]);
  });

  test.each([
    ["python", "foo(1)\n"],
    ["javascript", "foo(1);\n"],
    ["java", "class A { void f() { foo(1); } }"],
    ["go", "package p\nfunc f() { foo(1) }"],
    ["php", "<?php foo(1);"],
  ])("fix-regex replaces in what was found: %s", async (language, code) => {
    const rule = "pattern: foo($X)\nfix-regex: {regex: 'foo\\((.*)\\)', replacement: 'bar(\\1)'}";
    expect((await search(language, rule, code)).findings).toMatchObject([{ fix: "bar(1)" }]);
  });
});
