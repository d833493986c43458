export { findSecrets, maskSecrets, secretFindings, secretHider, secretRules } from "./find-secrets.ts";
