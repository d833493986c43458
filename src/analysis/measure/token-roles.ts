import type { Language } from "web-tree-sitter";
import { ERROR_SYMBOL } from "../parse/flat-tree.ts";
import { Role } from "./roles.ts";

/** Closing halves and quotes are one token with their opening half (Halstead's counting practice). */
const SILENT_TOKENS = new Set([
  ")",
  "))",
  "]",
  "]]",
  "}",
  '"',
  "'",
  "`",
  '"""',
  "'''",
  "end",
  "fi",
  "done",
  "esac",
  "endif",
  "endfor",
  "endforeach",
  "endwhile",
  "endswitch",
  "enddeclare",
  "#endif",
  ">>>",
  "\n",
  "",
]);

/** Anonymous tokens are operators, every other leaf is an operand. */
export function tokenRoles(language: Language): Uint32Array {
  // As large as the symbol of errors wants; what no symbol stands for stays untouched, and takes no memory.
  const roles = new Uint32Array(1 << 16);
  roles[ERROR_SYMBOL] = Role.operand;
  for (let symbol = 0; symbol < language.nodeTypeCount; symbol++) {
    if (language.nodeTypeIsNamed(symbol)) {
      roles[symbol] = Role.operand;
      continue;
    }
    const text = language.nodeTypeForId(symbol) ?? "";
    roles[symbol] = SILENT_TOKENS.has(text) ? 0 : Role.operator;
    if (/^\S+$/.test(text)) roles[symbol]! |= Role.fixed;
  }
  return roles;
}
