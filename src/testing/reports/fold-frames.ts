/**
 * Text of a failure without the frames of its stacks that lie outside the tree: each run of them becomes one line that
 * counts them. Paths of the tree are relative by now (the host takes its folder out), so what is absolute, of the runtime or
 * of an installed package is somebody else's. Stacks of Node, Python, Go, Ruby and the JVM; anything else stays.
 */
export function foldFrames(text: string): string {
  const lines = text.split("\n");
  const folded: string[] = [];
  let outside = 0;
  const close = (): void => {
    if (outside > 0) folded.push(`    … ${outside} ${outside === 1 ? "frame" : "frames"} outside the tree`);
    outside = 0;
  };
  for (let at = 0; at < lines.length;) {
    const frame = frameAt(lines, at);
    if (frame?.outside === true) outside += 1;
    else {
      close();
      folded.push(...lines.slice(at, at + (frame?.length ?? 1)));
    }
    at += frame?.length ?? 1;
  }
  close();
  return folded.join("\n");
}

interface Frame {
  /** Lines that it takes. */
  length: number;
  outside: boolean;
}

const library =
  /(?:^|[\\/])(?:node_modules|site-packages|dist-packages|gems|\.cargo[\\/]registry|vendor)[\\/]/;
const absolute = /^(?:file:\/\/\/|\/|[A-Za-z]:[\\/]|node:|<frozen )/;
const runtimeOfJava =
  /^(?:java|javax|jdk|sun|com\.sun|org\.junit|junit|org\.apache\.maven|org\.gradle|kotlin)\./;

function frameAt(lines: readonly string[], at: number): Frame | undefined {
  const line = lines[at] ?? "";
  const next = lines[at + 1] ?? "";
  // `    at parse (src/parse.ts:3:5)`, `    at async file:///x.mjs:1:1`
  const script = /^\s+at (?:.*\()?([^()]*?):\d+(?::\d+)?\)?$/.exec(line)?.[1];
  // `	at org.junit.Assert.fail(Assert.java:89)`
  const method =
    /^\s+at (?:[\w.@]+\/)?([\w.$<>]+)\((?:[\w.@-]+\/)?(?:\w+\.(?:java|kt|groovy|scala):\d+|Native Method|Unknown Source)\)$/.exec(
      line,
    )?.[1];
  if (method !== undefined) return { length: 1, outside: runtimeOfJava.test(method) };
  if (script !== undefined) return { length: 1, outside: isOutside(script.replace(/^async /, "")) };
  // `/usr/lib/python3/x.py:12: in load`, `  File "x.py", line 3, in load`, and the source below.
  const python = /^(?:(\S.*\.py|<frozen [^>]+>):\d+: in \S+|\s*File "([^"]+)", line \d+, in .+)$/.exec(line);
  if (python !== null) {
    let length = 1;
    while (/^\s{4,}\S/.test(lines[at + length] ?? "") && !/^\s*File "/.test(lines[at + length] ?? ""))
      length += 1;
    return { length, outside: isOutside(python[1] ?? python[2] ?? "") };
  }
  // `main.run(...)`, and `	/usr/lib/go/src/x.go:12 +0x1d` below.
  const go = /^\t(\S.*\.(?:go|s)):\d+(?: \+0x[0-9a-f]+)?$/.exec(next)?.[1];
  if (go !== undefined && /^[^\s(]\S*\(.*\)$|^created by /.test(line))
    return { length: 2, outside: isOutside(go) };
  // `# /usr/share/ruby/x.rb:3:in ...`
  const ruby = /^\s*(?:# )?(\S.*\.rb):\d+:in /.exec(line)?.[1];
  return ruby === undefined ? undefined : { length: 1, outside: isOutside(ruby) };
}

function isOutside(place: string): boolean {
  return absolute.test(place) || library.test(place);
}
