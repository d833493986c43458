export { terminalProgress } from "./terminal-progress.tsx";
