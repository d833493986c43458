import { describe, expect, it } from "vitest";
import { splitQualified, withoutReturnType } from "../../../../src/analysis/measure/qualified-name.ts";

describe("qualified names", () => {
  it.each([
    ["push", "push", undefined],
    ["Stack<T>::Node::push", "push", "Stack.Node"],
    ["Map<std::string, int>::at", "at", "Map"],
    ["max<std::string>", "max", undefined],
    ["Buffer::~Buffer", "~Buffer", "Buffer"],
    ["::main", "main", undefined],
    ["operator<<", "operator<<", undefined],
    ["Matrix<T>::operator()", "operator()", "Matrix"],
    ["Id::operator std::string() const", "operator std::string", "Id"],
    ["operator Action<int(int)>() const", "operator Action<int(int)>", undefined],
  ])("reads %s as the name %s of %s", (written, name, scope) => {
    expect(splitQualified(written)).toEqual({ name, scope });
  });

  it.each([
    ["std::string label", "label"],
    ["Escape<Char> make_color", "make_color"],
    ["Style operator|", "operator|"],
    ["Shape<T>::area", "Shape::area"],
    ["Id::operator bool", "Id::operator bool"],
  ])("takes the return type off %s", (written, name) => {
    expect(withoutReturnType(written)).toBe(name);
  });
});
