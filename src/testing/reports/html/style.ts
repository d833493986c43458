/** System fonts, two weights, one accent; light and dark from the system; prints. */
export const style = `
:root{color-scheme:light dark;--ink:light-dark(#1c1e21,#e4e6ea);--dim:light-dark(#5d646d,#9aa2ad);--line:light-dark(#dcdfe4,#363b43);--paper:light-dark(#fff,#16181c);--raised:light-dark(#f5f6f8,#1f2228);--accent:light-dark(#2257c4,#86aaf7);--bad:light-dark(#b3261e,#f2867f);--good:light-dark(#1d6b3a,#76c893);--warn:light-dark(#8a5a00,#e3b341)}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header p{margin:.2rem 0}.verdict{font-size:1.6rem}.verdict strong{text-transform:capitalize}
.verdict.passed strong,b.passed,td.passed{color:var(--good)}.verdict.failed strong,b.failed,td.failed,b.problems,td.problems,.why{color:var(--bad)}
.verdict.incomplete strong,b.flaky,td.flaky{color:var(--warn)}b.skipped,b.todo,small,.place,td.skipped,td.todo,summary span,i{color:var(--dim)}
nav{position:sticky;top:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:.6rem 0;margin:1rem 0;background:var(--paper);border-bottom:1px solid var(--line);z-index:1}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
section{margin:0 0 2.5rem;scroll-margin-top:3.5rem}h2{font-size:1.15rem;margin:0 0 .6rem}h3{font-size:1rem;margin:0}h4{margin:.6rem 0 .2rem}h2 small{font-weight:400}
article{border:1px solid var(--line);border-left:3px solid var(--bad);border-radius:4px;padding:.7rem .9rem;margin:0 0 .7rem;scroll-margin-top:3.5rem}#flaky article{border-left-color:var(--warn)}
article:target{background:var(--raised)}.place{margin:.1rem 0 .4rem}
pre{margin:.3rem 0;padding:.6rem .8rem;background:var(--raised);border-radius:4px;overflow:auto;max-height:32rem;font:13px/1.45 ui-monospace,monospace;white-space:pre-wrap}
code{font:13px/1.45 ui-monospace,monospace}.repeat{margin:.4rem 0 0}.repeat code{user-select:all;background:var(--raised);padding:.25rem .5rem;border-radius:4px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.25rem .9rem .25rem 0;text-align:right;border-bottom:1px solid var(--line);font-weight:400;white-space:nowrap}
thead th{color:var(--dim)}th:first-child,td.word{text-align:left}td.word{white-space:normal}.wide{width:100%}td.bar{width:9rem}td.bar span{display:block;height:.6rem;background:var(--accent);border-radius:2px}
section:has(table){overflow-x:auto}
form{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;margin:0 0 .7rem}input[type=search]{flex:1 1 18rem;padding:.4rem .6rem;font:inherit;color:inherit;background:var(--raised);border:1px solid var(--line);border-radius:4px}
.file{border-bottom:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 2.1rem}.file summary{padding:.3rem 0;cursor:pointer}.file ul{list-style:none;margin:.2rem 0 .6rem;padding:0 0 0 1.1rem}.file li{padding:.1rem 0}.file li b{display:inline-block;min-width:4.2rem;font-weight:400}
@media print{nav,form{display:none}body{max-width:none;padding:0}pre{max-height:none}article{break-inside:avoid}}
`;
