import { describe, expect, it } from "vitest";
import { functionRows, symbolRows } from "../../../helpers/fact-rows.ts";
import { extractFixture } from "../../../helpers/fixture.ts";

const list = await extractFixture("tsx", "todo-list.tsx");

describe("TSX", () => {
  it("measures components and the functions in their markup", () => {
    expect(functionRows(list)).toEqual([
      "10-18 function Row: parameters 1, nesting 1, cyclomatic 3, cognitive 1",
      "20-41 lambda TodoList: parameters 1, nesting 1, cyclomatic 3, cognitive 9",
      "22-22 lambda TodoList > (anonymous): parameters 1, nesting 0, cyclomatic 2, cognitive 1",
      "30-30 lambda TodoList > (anonymous): parameters 1, nesting 0, cyclomatic 2, cognitive 1",
      "32-37 lambda TodoList > (anonymous): parameters 1, nesting 2, cyclomatic 3, cognitive 3",
      "46-48 lambda Board > toggle: parameters 1, nesting 0, cyclomatic 1, cognitive 0",
      "47-47 lambda Board.toggle > (anonymous): parameters 1, nesting 0, cyclomatic 1, cognitive 0",
      "50-52 method Board > render: parameters 0, nesting 1, cyclomatic 2, cognitive 1",
    ]);
  });

  it("lists symbols and imports", () => {
    expect(symbolRows(list)).toEqual([
      "- 4-7 interface Props",
      "- 10-18 function Row",
      "20-41 function TodoList",
      "43-53 class Board",
      "46-48 function Board > toggle",
      "50-52 method Board > render",
    ]);
    expect(list.imports).toEqual([
      { raw: "react", line: 1 },
      { raw: "./item", line: 2 },
    ]);
  });

  it("counts a comment between tags as code, because braces stand around it", () => {
    expect(list.lines).toEqual({ code: 44, comment: 2, blank: 7 });
    expect(list.errorBytes).toBe(0);
    expect(list.topCyclomatic).toBe(0);
  });
});
