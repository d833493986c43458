import { exec, execFile, execSync, spawn } from "node:child_process";
import child_process from "child_process";
import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";
import axios from "axios";
import express from "express";

const app = express();

export function convert(file: string, size: number) {
  // ruleid: javascript.child-process-shell
  exec(`convert ${file} -resize ${size} out.png`);
  // ruleid: javascript.child-process-shell
  execSync("convert " + file);
  // ruleid: javascript.child-process-shell
  child_process.exec(file, (error) => console.log(error));
  // ok: javascript.child-process-shell
  exec("uptime", (error, stdout) => console.log(stdout));
  // ok: javascript.child-process-shell
  execFile("convert", [file, "-resize", String(size)]);
  // ruleid: javascript.spawn-shell-true
  spawn("convert " + file, [], { stdio: "inherit", shell: true });
  // ok: javascript.spawn-shell-true
  spawn("convert", [file], { stdio: "inherit" });
}

app.get("/ping", (req, res) => {
  const host = req.query.host;
  // ruleid: javascript.express-command-taint, javascript.child-process-shell
  exec("ping -c 1 " + host, (error, stdout) => res.json({ stdout }));
  const count = Number(req.query.count);
  // ruleid: javascript.child-process-shell
  // ok: javascript.express-command-taint
  exec("ping -c " + count + " example.org");
});

export function calculate(expression: string, model: { eval(): void }) {
  // ruleid: javascript.eval
  const value = eval(expression);
  // ruleid: javascript.eval
  const compiled = new Function("x", "return " + expression);
  // ruleid: javascript.eval
  vm.runInNewContext(expression, {});
  // ok: javascript.eval
  const globalObject = new Function("return this")();
  // ok: javascript.eval
  model.eval();
  // ruleid: javascript.string-timer
  setTimeout("refresh()", 1000);
  // ok: javascript.string-timer
  setTimeout(() => refresh(), 1000);
  return { value, compiled, globalObject };
}

export async function findUser(pool: Pool, name: string) {
  // ruleid: javascript.sql-string-building
  await pool.query("SELECT * FROM users WHERE name = '" + name + "'");
  // ruleid: javascript.sql-string-building
  await pool.query(`SELECT * FROM users WHERE name = '${name}'`);
  // ok: javascript.sql-string-building
  await pool.query("SELECT * FROM users WHERE name = $1", [name]);
  // ok: javascript.sql-string-building
  await pool.query(`SELECT 1`);
}

app.get("/user", async (req, res) => {
  const { name } = req.query;
  const sql = "SELECT * FROM users WHERE name = '" + name + "'";
  // ruleid: javascript.express-sql-taint
  const rows = await db.query(sql);
  // ok: javascript.express-sql-taint
  await db.query("SELECT * FROM users WHERE name = ?", [name]);
  const id = parseInt(req.params.id, 10);
  // ruleid: javascript.sql-string-building
  // ok: javascript.express-sql-taint
  await db.query("SELECT * FROM users WHERE id = " + id);
  res.json(rows);
});

app.get("/file", (req, res) => {
  const file = path.join("/srv/files", req.query.name as string);
  // ruleid: javascript.express-path-taint
  fs.readFile(file, (error, data) => res.json({ error, data }));
  // ruleid: javascript.express-path-taint
  res.sendFile(file);
  // ok: javascript.express-path-taint
  fs.readFileSync(path.join("/srv/files", path.basename(req.params.name)));
  // ok: javascript.express-path-taint
  fs.readFileSync("/srv/files/index.html");
});

app.get("/preview", async (req, res) => {
  // ruleid: javascript.express-ssrf-taint
  const page = await fetch(req.query.url as string);
  // ruleid: javascript.express-ssrf-taint
  await axios.get("http://" + req.body.host + "/status");
  // ok: javascript.express-ssrf-taint
  await fetch("https://example.org/", { method: "POST", body: JSON.stringify(req.body) });
  res.json(await page.json());
});

app.get("/login", (req, res) => {
  const target = req.query.next as string;
  // ruleid: javascript.express-redirect-taint
  res.redirect(target);
  // ruleid: javascript.express-redirect-taint
  res.redirect(302, req.body.next);
  // ok: javascript.express-redirect-taint
  res.redirect("/home");
});

app.get("/hello", (req, res) => {
  // ruleid: javascript.express-xss-taint
  res.send(`<h1>Hello ${req.query.name}</h1>`);
  const name = req.params.name;
  // ruleid: javascript.express-xss-taint
  res.send("<h1>" + name);
  // ok: javascript.express-xss-taint
  res.send(`<h1>Hello ${escapeHtml(req.query.name)}</h1>`);
  // ok: javascript.express-xss-taint
  res.json({ name });
});

export function show(element: HTMLElement, user: { name: string }) {
  // ruleid: javascript.inner-html
  element.innerHTML = "<b>" + user.name + "</b>";
  // ruleid: javascript.inner-html
  element.innerHTML = `<b>${user.name}</b>`;
  // ruleid: javascript.inner-html
  element.insertAdjacentHTML("beforeend", `<li>${user.name}</li>`);
  // ok: javascript.inner-html
  element.innerHTML = "<b>nobody</b>";
  // ok: javascript.inner-html
  element.textContent = "<b>" + user.name;
}

export function route(element: HTMLElement) {
  const page = decodeURIComponent(location.hash.slice(1));
  // ruleid: javascript.dom-xss-taint
  element.innerHTML = page;
  const query = new URLSearchParams(window.location.search).get("q");
  // ruleid: javascript.dom-xss-taint, javascript.inner-html
  document.write("<p>" + query);
  // ok: javascript.dom-xss-taint
  element.textContent = page;
  // ok: javascript.dom-xss-taint
  element.innerHTML = DOMPurify.sanitize(page);
}

app.post("/session", async (req, res) => {
  // ruleid: javascript.nosql-injection-taint
  const user = await User.findOne({ name: req.body.name, password: req.body.password });
  // ok: javascript.nosql-injection-taint
  const other = await User.findOne({ name: String(req.body.name) });
  res.json({ user, other });
});

app.get("/search", (req, res) => {
  // ruleid: javascript.regex-from-request-taint
  const pattern = new RegExp(req.query.q as string, "i");
  // ok: javascript.regex-from-request-taint
  const exact = new RegExp(escapeRegExp(req.query.q as string));
  res.json(items.filter((item) => pattern.test(item) || exact.test(item)));
});
