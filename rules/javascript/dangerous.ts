import fs from "node:fs";
import cors from "cors";
import { BrowserWindow } from "electron";
import express from "express";
import session from "express-session";
import helmet from "helmet";
import yaml from "js-yaml";
import serialize from "node-serialize";

const app = express();
// ruleid: javascript.cors-any-origin-credentials
app.use(cors({ origin: true, credentials: true }));
// ok: javascript.cors-any-origin-credentials
app.use(cors({ origin: "https://example.org", credentials: true }));
// ruleid: javascript.session-hardcoded-secret
app.use(session({ secret: "keyboard cat", resave: false }));
// ruleid: javascript.insecure-cookie
app.use(session({ secret: process.env.SESSION_SECRET, cookie: { secure: false } }));
// ok: javascript.session-hardcoded-secret, javascript.insecure-cookie
app.use(session({ secret: process.env.SESSION_SECRET, cookie: { secure: true } }));
// ruleid: javascript.helmet-csp-off
app.use(helmet({ contentSecurityPolicy: false }));
// ok: javascript.helmet-csp-off
app.use(helmet());

app.get("/", (req, res) => {
  // ruleid: javascript.insecure-cookie
  res.cookie("session", "1", { httpOnly: false, maxAge: 1000 });
  // ok: javascript.insecure-cookie
  res.cookie("session", "1", { httpOnly: true, secure: true });
  // ruleid: javascript.node-serialize
  const state = serialize.unserialize(req.cookies.state);
  // ok: javascript.node-serialize
  const data = JSON.parse(req.cookies.state);
  res.json({ state, data });
});

export function configuration(text: string) {
  // ruleid: javascript.yaml-unsafe-schema
  const first = yaml.load(text, { schema: yaml.DEFAULT_FULL_SCHEMA });
  // ok: javascript.yaml-unsafe-schema
  const second = yaml.load(text);
  return { first, second };
}

export function merge(target: any, source: any) {
  for (const key in source) {
    // ruleid: javascript.prototype-pollution-merge
    target[key] = merge(target[key], source[key]);
  }
  return target;
}

export function tell(frame: Window, message: object) {
  // ruleid: javascript.post-message-any-origin
  frame.postMessage(message, "*");
  // ok: javascript.post-message-any-origin
  frame.postMessage(message, "https://example.org");
}

// ruleid: javascript.message-listener-no-origin
window.addEventListener("message", (event) => {
  run(event.data);
});
// ok: javascript.message-listener-no-origin
window.addEventListener("message", (event) => {
  if (event.origin !== "https://example.org") return;
  run(event.data);
});

export function help(url: string) {
  // ruleid: javascript.target-blank-opener
  window.open(url, "_blank");
  // ok: javascript.target-blank-opener
  window.open(url, "_blank", "noopener");
}

export function copy(text: string) {
  // ruleid: javascript.buffer-alloc-unsafe
  const first = new Buffer(text);
  // ok: javascript.buffer-alloc-unsafe
  const second = Buffer.from(text);
  return [first, second];
}

export function open() {
  // ruleid: javascript.electron-node-integration
  const first = new BrowserWindow({ width: 800, webPreferences: { nodeIntegration: true } });
  // ok: javascript.electron-node-integration
  const second = new BrowserWindow({ width: 800, webPreferences: { preload: "preload.js" } });
  return [first, second];
}

export function replace(file: string) {
  // ruleid: javascript.exists-then-open
  if (fs.existsSync(file)) {
    fs.unlinkSync(file);
  }
  // ok: javascript.exists-then-open
  fs.rmSync(file, { force: true });
}

export async function saveAll(items: Item[]) {
  // ruleid: javascript.async-foreach
  items.forEach(async (item) => {
    await item.save();
  });
  // ok: javascript.async-foreach
  await Promise.all(items.map(async (item) => item.save()));
}
