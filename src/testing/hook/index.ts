export { checkPush, type PushCheck } from "./check-push.ts";
export {
  type InstalledHook,
  type HookStatus,
  hookStatus,
  installHook,
  uninstallHook,
} from "./install/index.ts";
export { findRoot, forgetRepository, refOf, refsOfPush } from "./refs-of-push.ts";
export { parsePushedRefs, type PushedRef, revisionFromPreCommit } from "./pushed-refs.ts";
