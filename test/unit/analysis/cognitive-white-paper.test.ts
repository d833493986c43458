import { describe, expect, it } from "vitest";
import { extract } from "../../helpers/extract.ts";

/*
 * The examples of "Cognitive Complexity: a new way of measuring understandability" (G. Ann Campbell,
 * SonarSource), each with the figure that stands beside it in the paper.
 */

async function cognitiveOf(language: string, text: string): Promise<number> {
  const { functions, errorBytes } = await extract(language, text);
  expect(errorBytes).toBe(0);
  return functions[0]!.cognitive;
}

const java = (body: string): Promise<number> => cognitiveOf("java", `class Example {\n${body}\n}`);

describe("the white paper's examples in Java", () => {
  it("sumOfPrimes has 7: nested loops, an if, and a jump to a label", async () => {
    expect(
      await java(`
        int sumOfPrimes(int max) {
          int total = 0;
          OUT: for (int i = 1; i <= max; ++i) { // +1
            for (int j = 2; j < i; ++j) { // +2
              if (i % j == 0) { // +3
                continue OUT; // +1
              }
            }
            total += i;
          }
          return total;
        }`),
    ).toBe(7);
  });

  it("getWords has 1: a switch counts once, whatever its cases", async () => {
    expect(
      await java(`
        String getWords(int number) {
          switch (number) { // +1
            case 1: return "one";
            case 2: return "a couple";
            case 3: return "a few";
            default: return "lots";
          }
        }`),
    ).toBe(1);
  });

  it("myMethod has 9: try does not nest, catch does", async () => {
    expect(
      await java(`
        void myMethod() {
          try {
            if (condition1) { // +1
              for (int i = 0; i < 10; i++) { // +2
                while (condition2) { } // +3
              }
            }
          } catch (ExcepType1 | ExcepType2 e) { // +1
            if (condition2) { } // +2
          }
        }`),
    ).toBe(9);
  });

  it("myMethod2 has 2: a lambda adds nothing and nests", async () => {
    expect(
      await java(`
        void myMethod2() {
          Runnable r = () -> {
            if (condition1) { } // +2
          };
        }`),
    ).toBe(2);
  });

  it("a run of the same operator counts once: 3 runs and the if make 4", async () => {
    expect(await java("void f() { if (a && b && c || d || e && f) { } }")).toBe(4);
  });

  it("a negated group starts a run of its own: 2 runs and the if make 3", async () => {
    expect(await java("void f() { if (a && !(b && c)) { } }")).toBe(3);
  });

  it("overriddenSymbolFrom has 19", async () => {
    expect(
      await java(`
        @Nullable
        private MethodJavaSymbol overriddenSymbolFrom(ClassJavaType classType) {
          if (classType.isUnknown()) { // +1
            return Symbols.unknownMethodSymbol;
          }
          boolean unknownFound = false;
          List<JavaSymbol> symbols = classType.getSymbol().members().lookup(name);
          for (JavaSymbol overrideSymbol : symbols) { // +1
            if (overrideSymbol.isKind(JavaSymbol.MTH) // +2
                && !overrideSymbol.isStatic()) { // +1
              MethodJavaSymbol methodJavaSymbol = (MethodJavaSymbol) overrideSymbol;
              if (canOverride(methodJavaSymbol)) { // +3
                Boolean overriding = checkOverridingParameters(methodJavaSymbol, classType);
                if (overriding == null) { // +4
                  if (!unknownFound) { // +5
                    unknownFound = true;
                  }
                } else if (overriding) { // +1
                  return methodJavaSymbol;
                }
              }
            }
          }
          if (unknownFound) { // +1
            return Symbols.unknownMethodSymbol;
          }
          return null;
        }`),
    ).toBe(19);
  });

  it("addVersion has 35", async () => {
    expect(
      await java(`
        private void addVersion(final Entry entry, final Transaction txn) throws PersistitInterruptedException, RollbackException {
          final TransactionIndex ti = _persistit.getTransactionIndex();
          while (true) { // +1
            try {
              synchronized (this) {
                if (frst != null) { // +2
                  if (frst.getVersion() > entry.getVersion()) { // +3
                    throw new RollbackException();
                  }
                  if (txn.isActive()) { // +3
                    for // +4
                        (Entry e = frst; e != null; e = e.getPrevious()) {
                      final long version = e.getVersion();
                      final long depends = ti.wwDependency(version, txn.getTransactionStatus(), 0);
                      if (depends == TIMED_OUT) { // +5
                        throw new WWRetryException(version);
                      }
                      if (depends != 0 // +5
                          && depends != ABORTED) { // +1
                        throw new RollbackException();
                      }
                    }
                  }
                }
                entry.setPrevious(frst);
                frst = entry;
                break;
              }
            } catch (final WWRetryException re) { // +2
              try {
                final long depends = _persistit.getTransactionIndex().wwDependency(re.getVersionHandle(), txn.getTransactionStatus(), SharedResource.DEFAULT_MAX_WAIT_TIME);
                if (depends != 0 // +3
                    && depends != ABORTED) { // +1
                  throw new RollbackException();
                }
              } catch (final InterruptedException ie) { // +3
                throw new PersistitInterruptedException(ie);
              }
            } catch (final InterruptedException ie) { // +2
              throw new PersistitInterruptedException(ie);
            }
          }
        }`),
    ).toBe(35);
  });

  it("toRegexp has 20", async () => {
    expect(
      await java(`
        private static String toRegexp(String antPattern, String directorySeparator) {
          final String escapedDirectorySeparator = '\\\\' + directorySeparator;
          final StringBuilder sb = new StringBuilder(antPattern.length());
          sb.append('^');
          int i = antPattern.startsWith("/") || // +1
              antPattern.startsWith("\\\\") ? 1 : 0; // +1
          while (i < antPattern.length()) { // +1
            final char ch = antPattern.charAt(i);
            if (SPECIAL_CHARS.indexOf(ch) != -1) { // +2
              sb.append('\\\\').append(ch);
            } else if (ch == '*') { // +1
              if (i + 1 < antPattern.length() // +3
                  && antPattern.charAt(i + 1) == '*') { // +1
                if (i + 2 < antPattern.length() // +4
                    && isSlash(antPattern.charAt(i + 2))) { // +1
                  sb.append("(?:.*").append(escapedDirectorySeparator).append("|)");
                  i += 2;
                } else { // +1
                  sb.append(".*");
                  i += 1;
                }
              } else { // +1
                sb.append("[^").append(escapedDirectorySeparator).append("]*?");
              }
            } else if (ch == '?') { // +1
              sb.append("[^").append(escapedDirectorySeparator).append("]");
            } else if (isSlash(ch)) { // +1
              sb.append(escapedDirectorySeparator);
            } else { // +1
              sb.append(ch);
            }
            i++;
          }
          sb.append('$');
          return sb.toString();
        }`),
    ).toBe(20);
  });
});

describe("the white paper's examples in JavaScript", () => {
  it("save, of YUI's model.js, has 20", async () => {
    expect(
      await cognitiveOf(
        "javascript",
        `const model = {
          save: function (options, callback) {
            var self = this;
            if (typeof options === "function") { // +1
              callback = options;
              options = {};
            }
            options || (options = {}); // +1
            self._validate(self.toJSON(), function (err) {
              if (err) { // +2
                callback && callback.call(null, err); // +1
                return;
              }
              self.sync(self.isNew() ? "create" : "update", // +2
                options, function (err, response) {
                var facade = { options: options, response: response }, parsed;
                if (err) { // +3
                  facade.error = err;
                  self.fire(EVT_ERROR, facade);
                } else { // +1
                  if (!self._saveEvent) { // +4
                    self._saveEvent = self.publish(EVT_SAVE, { preventable: false });
                  }
                  if (response) { // +4
                    parsed = facade.parsed = self._parse(response);
                  }
                  self.fire(EVT_SAVE, facade);
                }
                callback && callback.apply(null, arguments); // +1
              });
            });
            return self;
          },
        };`,
      ),
    ).toBe(20);
  });

  it("a function that only declares others does not deepen them: 1", async () => {
    expect(
      await cognitiveOf(
        "javascript",
        `(function (bar) {
          var foo;
          bar.myFun = function (a) {
            if (condition) { // +1
              work();
            }
          };
        });`,
      ),
    ).toBe(1);
  });

  it("a function with a structure of its own deepens those inside: 3", async () => {
    expect(
      await cognitiveOf(
        "javascript",
        `(function (bar) {
          var foo;
          if (condition) { // +1
            work();
          }
          bar.myFun = function (a) {
            if (condition) { // +2
              work();
            }
          };
        });`,
      ),
    ).toBe(3);
  });
});

describe("the white paper's examples in Python", () => {
  it("a decorator does not deepen the function it returns: 1", async () => {
    expect(
      await cognitiveOf(
        "python",
        `def a_decorator(a, b):
    def inner(func):
        if condition:  # +1
            print(b)
        func()
    return inner
`,
      ),
    ).toBe(1);
  });

  it("a function that does more than wrap is no decorator: 2", async () => {
    expect(
      await cognitiveOf(
        "python",
        `def not_a_decorator(a, b):
    my_var = a * b
    def inner(func):
        if condition:  # +1 structure, +1 nesting
            print(b)
        func()
    return inner
`,
      ),
    ).toBe(2);
  });

  it("a decorator generator wraps twice: 1", async () => {
    expect(
      await cognitiveOf(
        "python",
        `def decorator_generator(a):
    def generator(func):
        def decorator(func):
            if condition:  # +1
                print(b)
            return func()
        return decorator
    return generator
`,
      ),
    ).toBe(1);
  });
});
