import type { Source } from "../match/source.ts";

/** Methods that put what they are given into what they are called on. */
export const PUTS =
  /^(?:append|push|add|put|set|insert|extend|unshift|write|concat|addAll|putAll|push_back|emplace_back|emplace|push_str|append_format|appendFormat|AppendLine|Append|AppendFormat|Add|AddRange|Insert|WriteString|WriteByte|Write|update|setdefault|unshift|prepend|store|setItem)$/;

/** The parts of a call, as nodes; -1: there is none. */
export interface CallParts {
  /** What is called, where the grammar has one node for it. */
  callee: number;
  /** What a method is called on. */
  object: number;
  name: string;
  /** The list of arguments, and what is in it. */
  list: number;
  given: number[];
  /** Whatever else stands in the call: blocks that are given to it. */
  others: number[];
}

export function callParts(source: Source, node: number): CallParts {
  const call = source.syntax.calls.get(source.symbol(node))!;
  const callee = source.follow(node, call.callee);
  const member = callee < 0 ? undefined : source.syntax.members.get(source.symbol(callee));
  const object = source.follow(callee < 0 ? node : callee, member?.[0] ?? call.receiver);
  const nameNode = source.follow(callee < 0 ? node : callee, member?.[1] ?? call.name);
  const named = nameNode < 0 && callee >= 0 && source.isLeaf(callee) ? callee : nameNode;
  const list = source.follow(node, call.arguments);
  return {
    callee,
    object,
    name: named < 0 ? "" : source.textOf(named),
    list,
    given:
      list < 0
        ? []
        : source
            .children(list)
            .filter((child) => child !== callee && child !== nameNode)
            .map((one) => source.unwrap(one)),
    others: source
      .children(node)
      .filter((child) => ![list, callee, object, nameNode].includes(child) && source.isNamed(child)),
  };
}
