const begin = "# caelum hook: begin (caelum hook uninstall takes it out)";
const end = "# caelum hook: end";

/**
 * What a shell hook gets: tests first, then the rest of the script as if nothing had been read. Git tells what is pushed on
 * standard input, which other parts of the hook (Git LFS) want to read as well.
 */
const block = `${begin}
if [ "\${CAELUM-}" != 0 ]; then
  caelum_refs=$(cat)
  if command -v caelum >/dev/null 2>&1; then caelum_program=caelum
  elif [ -x node_modules/.bin/caelum ]; then caelum_program=node_modules/.bin/caelum
  else caelum_program=; echo "caelum is not installed: this push is not tested" >&2
  fi
  if [ -n "$caelum_program" ]; then
    printf '%s\\n' "$caelum_refs" | "$caelum_program" hook run "$@" || exit $?
  fi
  if [ -n "$caelum_refs" ]; then
    exec <<CAELUM_REFS
$caelum_refs
CAELUM_REFS
  else
    exec </dev/null
  fi
fi
${end}
`;

export function hasBlock(text: string): boolean {
  return text.includes(begin);
}

/** Whether a shell reads the file: no other program is named in its first line. */
export function isShellScript(content: Buffer): boolean {
  if (content.includes(0)) return false;
  const first = content.toString("latin1").split("\n", 1)[0] ?? "";
  return !first.startsWith("#!") || /\b(?:ba|da|k|z|a)?sh\b/.test(first);
}

/** A hook with our part at its top; of nothing, a whole hook. */
export function withBlock(script: string | undefined): string {
  if (script === undefined) return `#!/bin/sh\n${block}`;
  const head = script.startsWith("#!") ? script.indexOf("\n") + 1 : 0;
  if (script.startsWith("#!") && head === 0) return `${script}\n${block}`;
  return script.slice(0, head) + block + script.slice(head);
}

/** A hook without our part, wherever it went. */
export function withoutBlock(script: string): string {
  const from = script.indexOf(begin);
  const to = script.indexOf(`${end}\n`, from);
  return from < 0 || to < 0 ? script : script.slice(0, from) + script.slice(to + end.length + 1);
}
