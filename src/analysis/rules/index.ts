export { initRules, type WrittenRules } from "./init-rules.ts";
export { explainRule, listRules, type ListedRule } from "./list-rules.ts";
export { testRules, type RuleTestResult } from "./test-rules.ts";
