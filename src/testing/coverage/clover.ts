import { XMLParser } from "fast-xml-parser";
import * as v from "valibot";
import { type CoverageByFile, hit, linesOf } from "./lines.ts";

const line = v.object({
  num: v.pipe(v.string(), v.transform(Number)),
  type: v.string(),
  count: v.pipe(v.string(), v.transform(Number)),
  name: v.optional(v.string()),
});
const file = v.object({ name: v.string(), line: v.optional(v.array(line), []) });
const files = v.optional(v.array(file), []);
const clover = v.object({
  coverage: v.object({
    project: v.object({ file: files, package: v.optional(v.array(v.object({ file: files })), []) }),
  }),
});

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  isArray: (tag) => ["file", "package", "line"].includes(tag),
});

export function isClover(text: string): boolean {
  return /^\s*<\?xml[^>]*>\s*<coverage\s[^>]*\bgenerated=/.test(text);
}

/**
 * Adds Clover's XML, as `phpunit --coverage-clover` writes it: statements and methods by line. The line of a method is
 * no statement.
 */
export function readClover(
  text: string,
  into: CoverageByFile,
  place: (path: string) => string | undefined,
): void {
  const { project } = v.parse(clover, parser.parse(text)).coverage;
  for (const { name, line } of [...project.file, ...project.package.flatMap(({ file }) => file)]) {
    const path = place(name);
    if (path === undefined) continue;
    const { lines, functions } = linesOf(into, path);
    for (const { num, type, count, name: method = "" } of line) {
      if (type === "method") hit(functions, `${num}\0${method}`, count);
      else hit(lines, num, count);
    }
  }
}
