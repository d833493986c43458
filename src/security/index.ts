export { auditFolders, type AuditFolders, AuditLog } from "./audit-log.ts";
export { AuditError, DeniedError, PathMissingError, PathRefusedError, PolicyError } from "./errors.ts";
export { type GuardedFile, type GuardedPath, PathGuard } from "./path-guard.ts";
export { type Action, decide, type Decision, denied, denyAll, loadPolicy, type Policy } from "./policy.ts";
export { type AuditVerdict, verifyAudit } from "./verify-audit.ts";
