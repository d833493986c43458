export { showAdded, showHosts } from "./show-hosts.ts";
