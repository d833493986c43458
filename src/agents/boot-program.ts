/**
 * Runs a CommonJS file only if its bytes are what its hash says: `node -e … FILE SHA ARGS…`. The bytes that were hashed
 * are the ones that run; the file itself is not read again.
 */
export const bootProgram = [
  'const f=require("node:fs"),c=require("node:crypto"),M=require("node:module");',
  "const [,p,h]=process.argv,b=f.readFileSync(p);",
  'if(c.createHash("sha256").update(b).digest("hex")!==h){console.error("its file is not what was sent");process.exit(1)}',
  "process.argv.splice(2,1);const m=new M(p);m.filename=p;m.paths=[];m._compile(b.toString(),p);",
].join("");
