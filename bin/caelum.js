#!/usr/bin/env node
// Plain old syntax, so that an old Node reaches the message instead of a syntax error.
"use strict";

var version = process.versions.node.split(".").map(Number);
var supported = version[0] >= 24 || (version[0] === 22 && version[1] >= 18);

if (supported) {
  require("./start.js");
} else {
  // Short statements: the formatter would write trailing commas that old syntax does not know.
  var message = "error: caelum needs Node 22.18 or newer in the 22 line, or Node 24 or newer; this is Node ";
  message += process.versions.node + " (" + process.execPath + ")\n";
  message += "  try: npx --package node@24 --package caelum caelum\n";
  process.stderr.write(message);
  process.exitCode = 2;
}
