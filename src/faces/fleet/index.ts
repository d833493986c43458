export { askToTrust } from "./ask-to-trust.ts";
export { groupedOutput, jsonOutput, prefixedOutput } from "./command-output.ts";
export { showDiagnoses } from "./show-diagnoses.ts";
export { showFacts } from "./show-facts.ts";
export { showAdded, showHosts } from "./show-hosts.ts";
export { showCleaned, showStatus } from "./show-status.ts";
export { showTrust } from "./show-trust.ts";
