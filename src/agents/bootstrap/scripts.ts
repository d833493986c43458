import { magic } from "#protocol";

/**
 * Programs for a POSIX shell, each passed as one word in single quotes through whatever login shell the host has
 * (sh, csh, fish, zsh, …). So they must hold no single quote, backslash, newline or exclamation mark; a test checks.
 */
function script(...lines: readonly string[]): string {
  return lines.join(" ");
}

/**
 * Starts the agent, or says what is missing.
 *
 *     sh -c START caelum NONCE AGENT_SHA LOADER_BASE64 MIN_KB FOLDER NODE
 *
 * It takes the first folder that is ours, private, no symbolic link, and has room; for a Node that has to be sent,
 * the first that also lets programs run. `-` stands for an empty argument.
 */
export const startScript = script(
  "n=$1; a=$2; l=$3; m=$4; h=$5; j=$6; umask 077;",
  'say() { echo; echo "' + magic + ' $n $*"; };',
  'if [ "$h" = - ]; then h=; fi; if [ "$j" = - ]; then j=; fi;',
  'room() { df -Pk "$1" 2>/dev/null | tail -n 1 | { read -r x y z f w; echo "${f:-0}"; }; };',
  // A folder in /tmp that somebody else made under our name is not ours.
  'own() { [ -n "$1" ] && [ -d "$1" ] && [ -O "$1" ] || return 1; if [ -L "$1" ]; then return 1; fi; };',
  'mine() { [ -n "$1" ] || return 1; mkdir -p "$1" 2>/dev/null; own "$1" && chmod 700 "$1" 2>/dev/null && [ -w "$1" ]; };',
  // A file without a first line that names a program is run by the shell itself, if the folder allows it at all.
  'runs() { t="$1/run.$$.$n"; echo "exit 0" > "$t" 2>/dev/null && chmod 700 "$t" && "$t" 2>/dev/null; e=$?; rm -f "$t"; return $e; };',
  'new() { [ -x "$1" ] && v=$("$1" --version 2>/dev/null) || return 1; v=${v#v}; v=${v%%.*}; [ "${v:-0}" -ge 20 ] 2>/dev/null; };',
  'u=$(id -u); set -- "$h" "$CAELUM_HOME" "${XDG_CACHE_HOME:-$HOME/.cache}/caelum" "/var/tmp/caelum-$u" "/tmp/caelum-$u" "/dev/shm/caelum-$u";',
  "d=; s=;",
  'for p do if [ -z "$d" ] && mine "$p"; then f=$(room "$p"); if [ "$f" -ge "$m" ]; then d=$p; s=$f; fi; fi; done;',
  "k=;",
  'for p in "$j" "$(command -v node)" "$HOME/.volta/bin/node" "$HOME"/.nvm/versions/node/*/bin/node',
  '"$HOME"/.local/share/fnm/node-versions/*/installation/bin/node /opt/homebrew/bin/node /usr/local/bin/node /usr/bin/node; do',
  'if [ -z "$k" ] && new "$p"; then k=$p; fi; done;',
  'for p do if [ -z "$k" ] && own "$p"; then for q in "$p"/rt/*/node; do if new "$q"; then k=$q; fi; done; fi; done;',
  'w=0; if [ -n "$d" ] && [ -f "$d/agent/$a.cjs" ]; then w=1; fi;',
  'if [ $w = 1 ] && [ -n "$k" ]; then exec "$k" --max-semi-space-size=4 -e "eval(atob(process.argv[1]))" "$l" "$n" "$a" "$d"; fi;',
  "x=;",
  'if [ -z "$k" ]; then for p do if [ -z "$x" ] && mine "$p" && [ "$(room "$p")" -ge 200000 ] && runs "$p"; then x=$p; fi; done; fi;',
  "g=0; if command -v gzip >/dev/null 2>&1; then g=1; fi;",
  'b=$(getconf GNU_LIBC_VERSION 2>/dev/null); b=${b%% *}; for p in /lib/ld-musl-*; do if [ -e "$p" ]; then b=musl; fi; done;',
  'y=0; if [ -n "$k" ]; then y=1; fi; say DIR "$d"; say XDIR "$x";',
  "say NEED agent=$w node=$y os=$(uname -s) arch=$(uname -m) libc=${b:--} gz=$g free=${s:-0};",
);

/**
 * Takes a file on stdin: temporary name, SHA-256, mode, rename. Content decides its name, so no locks are needed.
 *
 *     sh -c PUT caelum NONCE FOLDER RELATIVE SHA256 MODE FILTER
 *
 * FILTER is `cat` or `gzip -dc`.
 */
export const putScript = script(
  'n=$1; d=$2; r=$3; s=$4; umask 077; t="$d/put.$$.$n"; mkdir -p "$d/${r%/*}"; $6 > "$t" 2>/dev/null;',
  'sum() { h=$(sha256sum < "$1" 2>/dev/null || shasum -a 256 < "$1" 2>/dev/null || openssl dgst -sha256 -r < "$1" 2>/dev/null); echo "${h%% *}"; };',
  // A link, unlike a rename, leaves what another client put there a moment ago, and may be running already.
  'place() { ln "$t" "$d/$r" 2>/dev/null || [ "$(sum "$d/$r" 2>/dev/null)" = "$s" ] || mv -f "$t" "$d/$r"; };',
  'e=$(sum "$t"); if [ "$e" = "$s" ] && chmod "$5" "$t" && place; then',
  'echo "' + magic + ' $n PUT ok"; else echo "' + magic + ' $n PUT failed ${e:--}"; fi; rm -f "$t";',
);

/** Hashes the very bytes it then compiles; `d`: folder, `n`: nonce, `a`: SHA-256. A file that is not right is removed. */
const runVerified = [
  "const f=d+'/agent/'+a+'.cjs',r=require('fs');let s=Buffer.alloc(0);try{s=r.readFileSync(f)}catch{}",
  "if(require('crypto').createHash('sha256').update(s).digest('hex')!==a){",
  `r.rmSync(f,{force:true});console.log('\\n${magic} '+n+' STALE');}`,
  "else{process.argv=[process.argv[0],f,n,d];const m=new(require('module'))(f);m.filename=f;m.paths=[];m._compile(s.toString(),f);}",
].join("");

/** The first thing Node runs on a POSIX host, given as an argument. Its own arguments: nonce, SHA-256, folder. */
export const loader = `const[,,n,a,d]=process.argv;${runVerified}`;

/** The same as a file, for hosts whose shell cannot pass a program as an argument. Arguments: nonce, SHA-256. */
export const windowsBoot = `const[,,n,a]=process.argv,d=__dirname;${runVerified}`;
