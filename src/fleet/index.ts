export { type Host, localHost } from "./host.ts";
export { localTransport } from "./local-transport.ts";
export type { Channel, ChannelEnd, Link, Transport } from "./transport.ts";
