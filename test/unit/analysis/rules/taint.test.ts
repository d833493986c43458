import { describe, expect, test } from "vitest";
import { foundLines, search } from "../../../helpers/rules.ts";

const rule = `mode: taint
pattern-sources:
  - pattern: source(...)
pattern-sinks:
  - pattern: sink(...)
pattern-sanitizers:
  - pattern: clean(...)`;

/** The same way of data in several languages; sinks that are reached end in `!!`. */
const ways: Record<string, Readonly<Record<string, string>>> = {
  "through assignments and string building": {
    python: "def f():\n    a = source()\n    b = 'x' + a\n    c = f'{b}'\n    sink(c)  # !!\n    sink('x')\n",
    javascript:
      "function f() {\nconst a = source();\nlet b = `x${a}`;\nb += 'y';\nsink(b); // !!\nsink('x') }",
    go: 'package p\nfunc f() {\na := source()\nb := "x" + a\nsink(fmt.Sprintf("%s", b)) // !!\nsink("x")\n}\n',
    java: 'class A { void f() {\nString a = source();\nString b = "x" + a;\nsink(b); // !!\nsink("x"); } }',
    php: "<?php function f() {\n$a = source();\n$b = \"x $a\";\nsink($b); // !!\nsink('x'); }",
    ruby: "def f\n  a = source()\n  b = \"x#{a}\"\n  sink(b) # !!\n  sink('x')\nend\n",
    rust: 'fn f() {\nlet a = source();\nlet b = format!("{}", a);\nsink(b); // !!\nsink("x"); }',
    c: 'void f() {\nchar *a = source();\nchar *b = a;\nsink(b); // !!\nsink("x"); }',
    cpp: 'void f() {\nauto a = source();\nstd::string b = "x" + a;\nsink(b); // !!\nsink("x"); }',
    csharp: 'class A { void F() {\nvar a = source();\nvar b = $"x{a}";\nsink(b); // !!\nsink("x"); } }',
    typescript: "function f() {\nconst a: string = source();\nsink(a as any); // !!\nsink('x') }",
  },
  "no further than to a sanitizer or another value": {
    python:
      "def f():\n    a = source()\n    sink(clean(a))\n    b = clean(a)\n    sink(b)\n    a = 'x'\n    sink(a)\n",
    javascript: "let a = source()\nsink(clean(a))\na = 'x'\nsink(a)",
    java: "class A { void f() {\nString a = source(); a = clean(a);\nsink(a); } }",
    php: "<?php $a = source();\nsink(clean($a)); $a = 1;\nsink($a);",
  },
  "through either arm of a branch, and not past one that leaves": {
    python:
      "def f(q):\n    a = 'x'\n    if q:\n        a = source()\n    sink(a)  # !!\n    b = source()\n    if q:\n        b = 'x'\n    else:\n        b = 'y'\n    sink(b)\n    c = 'x'\n    if q:\n        c = source()\n        return\n    sink(c)\n",
    javascript:
      "let a = 'x'\nif (q) { a = source() }\nsink(a) // !!\nlet b = source()\nif (q) { b = 1 } else { b = 2 }\nsink(b)",
    go: 'package p\nfunc f() {\na := "x"\nif q {\na = source()\n}\nsink(a) // !!\n}\n',
    java: 'class A { void f() { String a = "x";\nswitch (q) { case 1: a = source(); break; }\nsink(a); // !!\n} }',
  },
  "round a loop": {
    python: "def f(xs):\n    a = 'x'\n    for x in xs:\n        sink(a)  # !!\n        a = source()\n",
    javascript: "let a = 'x'\nwhile (q) {\nsink(a) // !!\na = source() }",
    java: 'class A { void f() { String a = "x"; for (String s : source()) {\nsink(s); // !!\n} } }',
    go: "package p\nfunc f() {\nfor _, x := range source() {\nsink(x) // !!\n}\n}\n",
  },
  "through fields and containers": {
    python:
      "def f(o):\n    o.x = source()\n    sink(o.x)  # !!\n    sink(o.y)\n    l = []\n    l.append(source())\n    sink(l[0])  # !!\n    d = {'a': source()}\n    sink(d['a'])  # !!\n",
    javascript:
      "const o = {}\no.x = source()\nsink(o.x) // !!\nsink(o.y)\nconst l = []\nl.push(source())\nsink(l[0]) // !!\nconst { z } = source()\nsink(z) // !!",
    java: 'class A { void f() {\nList<String> l = new ArrayList<>(); l.add(source());\nsink(l.get(0)); // !!\nStringBuilder b = new StringBuilder(); b.append("x").append(1); b.append(source());\nsink(b.toString()); // !!\n} }',
    php: "<?php $o->x = source();\nsink($o->x); // !!\n$l[] = source();\nsink($l[0]); // !!",
    csharp:
      "class A { void F() { var b = new StringBuilder(); b.Append(source());\nsink(b.ToString()); // !!\no.X = source();\nsink(o.X); // !!\nsink(o.Y); } }",
    go: 'package p\nfunc f() {\no.x = source()\nsink(o.x) // !!\nsink(o.y)\nl := []string{}\nl = append(l, source())\nsink(l[0]) // !!\nm := map[string]string{"a": source()}\nsink(m["a"]) // !!\n}\n',
    ruby: "def f(o)\n  o.x = source()\n  sink(o.x) # !!\n  sink(o.y)\n  l = []\n  l << source()\n  sink(l[0]) # !!\n  @a = source()\n  sink(@a) # !!\nend\n",
    cpp: "void f() {\nstd::stringstream s; s << 1 << source() << 2;\nsink(s.str()); // !!\no->x = source();\nsink(o->x); // !!\nint a = b << source();\nsink(b); }",
    c: "void f(struct s *o) {\no->x = source();\nsink(o->x); // !!\nsink(o->y);\nl[0] = source();\nsink(l[0]); // !!\n}",
    rust: "fn f() {\no.x = source();\nsink(o.x); // !!\nsink(o.y);\nlet mut l = Vec::new();\nl.push(source());\nsink(l[0]); // !!\n}",
  },
  "through functions of the file": {
    python:
      "def g(x):\n    return x + '!'\n\ndef h(x):\n    sink(x)  # !!\n\ndef k():\n    return source()\n\ndef f():\n    sink(g(source()))  # !!\n    h(source())\n    sink(k())  # !!\n    sink(g('x'))\n",
    javascript:
      "function g(x) { return x + '!' }\nconst h = (y) => {\nsink(y) // !!\n}\nfunction f() {\nsink(g(source())) // !!\nh(source())\nsink(g('x')) }",
    java: 'class A { String g(int n, String x) { return x; }\nvoid f() {\nsink(g(1, source())); // !!\nsink(this.g(2, "x")); } }',
    go: 'package p\nfunc g(a, x string) string { return x }\nfunc f() {\nsink(g("a", source())) // !!\nsink(g(source(), "a"))\n}\n',
    ruby: "def g(x)\n  x + '!'\nend\ndef f\n  sink(g(source())) # !!\n  sink(g('x'))\nend\n",
  },
  "through functions inside of others": {
    javascript:
      "function f() {\nconst a = source()\nitems.forEach((i) => {\nsink(a) // !!\n})\nsource().map((b) => sink(b)) // !!\n}",
    python: "def f():\n    a = source()\n    def g():\n        sink(a)  # !!\n    return g\n",
    ruby: "def f\n  a = source()\n  items.each do |i|\n    sink(a) # !!\n  end\nend\n",
    java: "class A { void f() { String a = source();\nrun(() -> sink(a)); // !!\n} }",
  },
  "through the values of a choice, not through what it depends on": {
    python: "def f(q):\n    sink('a' if source() else 'b')\n    sink('a' if q else source())  # !!\n",
    javascript: "sink(source() ? 1 : 2)\nsink(q ? source() : 2) // !!\nsink(source() || 2) // !!",
    tsx: "sink(source() ? 1 : 2)\nsink(q ? 1 : source()) // !!",
    java: 'class A { void f() {\nsink(source() ? "a" : "b");\nsink(q ? source() : "b"); // !!\n} }',
    php: "<?php sink(source() ? 1 : 2);\nsink($q ? source() : 2); // !!\nsink(source() ?: 2); // !!",
    c: "void f() {\nsink(source() ? a : b);\nsink(q ? source() : b); // !!\nsink(source() ?: b); // !!\n}",
    cpp: "void f() {\nsink(source() ? a : b);\nsink(q ? source() : b); // !!\n}",
    csharp: "class A { void F() {\nsink(source() ? a : b);\nsink(q ? source() : b); // !!\n} }",
    ruby: "def f\n  sink(source() ? 1 : 2)\n  sink(q ? source() : 2) # !!\n  a = if source() then 1 else 2 end\n  sink(a)\nend\n",
    rust: 'fn f() {\nsink(if source() { "a" } else { "b" });\nsink(if q { source() } else { "b" }); // !!\nif let Some(x) = source() {\nsink(x) // !!\n} }',
  },
  "not through a comparison": {
    python: "def f():\n    sink(source() == 'x')\n",
    javascript: "sink(source() === 'x')",
    go: 'package p\nfunc f() { sink(source() == "x") }\n',
    java: "class A { void f() { sink(source() == null); } }",
  },
};

const MARK = /(?:\/\/|#)\s*!!/;

for (const [title, cases] of Object.entries(ways)) {
  describe(`data goes ${title}`, () => {
    test.each(Object.entries(cases))("%s", async (language, code) => {
      const marked = code.split("\n").flatMap((line, row) => (MARK.test(line) ? [row + 1] : []));
      expect(await foundLines(language, rule, code)).toEqual(marked);
    });
  });
}

test.each(Object.entries(ways))("the way %s is tried in at least four languages", (_, cases) => {
  expect(Object.keys(cases).length).toBeGreaterThanOrEqual(4);
});

test("functions that call each other without end are followed once", async () => {
  const code = "def a(x):\n    b(x)\n    sink(x)\n\ndef b(x):\n    a(x)\n\ndef f():\n    a(source())\n";
  expect(await foundLines("python", rule, code)).toEqual([3]);
});

test("propagators that lead to each other are followed once, also where the code runs in a circle", async () => {
  const body = `mode: taint
pattern-sources: [{pattern: source()}]
pattern-propagators:
  - {pattern: $A.copy($B), from: $B, to: $A}
  - {pattern: $A.copy($B), from: $A, to: $B}
  - {pattern: $A.copy($A), from: $A, to: $A}
pattern-sinks: [{pattern: sink(...)}]`;
  const code =
    "def f(a, b, c):\n    while c:\n        a.copy(b)\n        b.copy(c)\n        c.copy(a)\n        c.copy(c)\n    b = source()\n    while c:\n        a.copy(b)\n        c.copy(a)\n        b.copy(c)\n    sink(c)\n";
  expect(await foundLines("python", body, code)).toEqual([12]);
});

test("the flow names every place on the way", async () => {
  const code = "def g(x):\n    sink(x)\n\ndef f():\n    a = source()\n    b = a\n    g(b)\n";
  const { findings } = await search("python", rule, code);
  expect(findings![0]!.flow!.map(({ line, message }) => [line, message])).toEqual([
    [5, "tainted data comes from here"],
    [5, "it is held by a"],
    [6, "it is held by b"],
    [7, "it is given to g()"],
    [1, "it is given as x"],
    [2, "it is used here"],
  ]);
});

test.each([
  ["javascript", "function f(a, b, c) {\na = source();\na.copyTo(b);\nsink(b); // !!\nsink(c) }"],
  ["java", "class A { void f() { A a = source(); a.copyTo(b);\nsink(b); // !!\nsink(c); } }"],
  ["go", "package p\nfunc f() {\na := source()\na.copyTo(b)\nsink(b) // !!\nsink(c)\n}\n"],
  ["php", "<?php $a = source(); $a->copyTo($b);\nsink($b); // !!\nsink($c);"],
  ["csharp", "class A { void F() { var a = source(); a.copyTo(b);\nsink(b); // !!\nsink(c); } }"],
])("propagators carry data from one argument to another: %s", async (language, code) => {
  const arrow = language === "php" ? "->" : ".";
  const body = `${rule}\npattern-propagators:\n  - {pattern: $A${arrow}copyTo($B), from: $A, to: $B}`;
  const marked = code.split("\n").flatMap((line, row) => (MARK.test(line) ? [row + 1] : []));
  expect(await foundLines(language, body, code)).toEqual(marked);
});

test("propagators and sources that are parameters", async () => {
  const body = `mode: taint
pattern-sources:
  - patterns:
      - pattern: $X
      - pattern-inside: |
          def handler($X, ...):
            ...
      - focus-metavariable: $X
pattern-propagators:
  - pattern: $A.load_into($B)
    from: $A
    to: $B
pattern-sinks:
  - patterns:
      - pattern: sink($Y, ...)
      - focus-metavariable: $Y`;
  const code =
    "def handler(request, other):\n    request.load_into(form)\n    sink(form)\n    sink('x', request)\n    sink(other)\n";
  expect(await foundLines("python", body, code)).toEqual([3]);
});
