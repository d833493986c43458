export { showRule, showRules, showRuleTest } from "./show-rules.ts";
