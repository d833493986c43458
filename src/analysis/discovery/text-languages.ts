/**
 * Text that caelum counts by line but does not parse. Names, extensions and comment markers follow
 * github-linguist's `languages.yml` and tokei's `languages.json`.
 */
export interface TextLanguage {
  id: string;
  name: string;
  /** With the dot, lower case. */
  extensions?: readonly string[];
  fileNames?: readonly string[];
  interpreters?: readonly string[];
  /** Start a comment that ends with the line. */
  line?: readonly string[];
  /** Open and close; not nested. */
  block?: readonly (readonly [string, string])[];
  /** Hide block comment openers up to the same mark or the end of the line. Default `"'`. */
  quotes?: string;
  /** Block comments open at the start of a line only. */
  blockAtStart?: true;
}

const slashes = { line: ["//"], block: [["/*", "*/"]] } as const;
const hash = { line: ["#"] } as const;
const markup = { block: [["<!--", "-->"]], quotes: "" } as const;

/** What is left when nothing else fits. */
export const plainText: TextLanguage = { id: "text", name: "Plain text", extensions: [".txt", ".text"] };

export const textLanguages: readonly TextLanguage[] = [
  plainText,
  { id: "ada", name: "Ada", extensions: [".adb", ".ads"], line: ["--"] },
  { id: "asciidoc", name: "AsciiDoc", extensions: [".adoc", ".asciidoc"], line: ["//"] },
  {
    id: "assembly",
    name: "Assembly",
    extensions: [".s", ".asm", ".nasm"],
    line: ["#", ";", "//"],
    block: [["/*", "*/"]],
  },
  { id: "awk", name: "Awk", extensions: [".awk"], interpreters: ["awk", "gawk", "mawk"], ...hash },
  {
    id: "batch",
    name: "Batch",
    extensions: [".bat", ".cmd"],
    line: ["::", "REM ", "rem ", "@rem ", "@REM "],
  },
  {
    id: "bazel",
    name: "Starlark",
    extensions: [".bzl", ".bazel", ".star"],
    fileNames: ["BUILD", "WORKSPACE"],
    ...hash,
  },
  { id: "clojure", name: "Clojure", extensions: [".clj", ".cljs", ".cljc", ".edn"], line: [";"] },
  {
    id: "cmake",
    name: "CMake",
    extensions: [".cmake"],
    fileNames: ["CMakeLists.txt"],
    line: ["#"],
    block: [["#[[", "]]"]],
  },
  { id: "css", name: "CSS", extensions: [".css"], block: [["/*", "*/"]] },
  { id: "csv", name: "CSV", extensions: [".csv", ".tsv"] },
  { id: "cuda", name: "CUDA", extensions: [".cu", ".cuh"], ...slashes },
  { id: "d", name: "D", extensions: [".d"], ...slashes },
  { id: "dart", name: "Dart", extensions: [".dart"], interpreters: ["dart"], ...slashes },
  { id: "devicetree", name: "Device tree", extensions: [".dts", ".dtsi"], ...slashes },
  { id: "diff", name: "Diff", extensions: [".diff", ".patch"] },
  {
    id: "dockerfile",
    name: "Dockerfile",
    extensions: [".dockerfile"],
    fileNames: ["Dockerfile", "Containerfile"],
    ...hash,
  },
  { id: "elixir", name: "Elixir", extensions: [".ex", ".exs"], interpreters: ["elixir"], ...hash },
  { id: "elm", name: "Elm", extensions: [".elm"], line: ["--"], block: [["{-", "-}"]] },
  { id: "erlang", name: "Erlang", extensions: [".erl", ".hrl"], interpreters: ["escript"], line: ["%"] },
  { id: "fsharp", name: "F#", extensions: [".fs", ".fsi", ".fsx"], line: ["//"], block: [["(*", "*)"]] },
  { id: "gettext", name: "Gettext catalogue", extensions: [".po", ".pot"], ...hash },
  { id: "glsl", name: "GLSL", extensions: [".glsl", ".vert", ".frag", ".comp", ".geom"], ...slashes },
  { id: "graphql", name: "GraphQL", extensions: [".graphql", ".gql"], ...hash },
  {
    id: "groovy",
    name: "Groovy",
    extensions: [".groovy", ".gradle"],
    fileNames: ["Jenkinsfile"],
    ...slashes,
  },
  {
    id: "handlebars",
    name: "Handlebars",
    extensions: [".hbs", ".handlebars", ".mustache"],
    block: [
      ["{{!--", "--}}"],
      ["{{!", "}}"],
      ["<!--", "-->"],
    ],
  },
  { id: "haskell", name: "Haskell", extensions: [".hs"], line: ["--"], block: [["{-", "-}"]], quotes: '"' },
  { id: "html", name: "HTML", extensions: [".html", ".htm", ".xhtml"], ...markup },
  {
    id: "ini",
    name: "INI",
    extensions: [".ini", ".cfg", ".conf", ".properties", ".editorconfig"],
    fileNames: [".gitconfig", ".gitmodules", ".npmrc"],
    line: ["#", ";"],
  },
  {
    id: "ignore",
    name: "Ignore list",
    fileNames: [
      ".gitignore",
      ".dockerignore",
      ".npmignore",
      ".eslintignore",
      ".caelumignore",
      ".gitattributes",
    ],
    ...hash,
  },
  {
    id: "json",
    name: "JSON",
    extensions: [".json", ".jsonl", ".ndjson", ".webmanifest", ".geojson"],
    fileNames: [".babelrc", ".eslintrc"],
  },
  {
    id: "jsonc",
    name: "JSON with comments",
    extensions: [".jsonc", ".json5", ".code-workspace"],
    fileNames: ["tsconfig.json", "jsconfig.json", ".swcrc"],
    ...slashes,
  },
  {
    id: "julia",
    name: "Julia",
    extensions: [".jl"],
    interpreters: ["julia"],
    line: ["#"],
    block: [["#=", "=#"]],
  },
  { id: "kconfig", name: "Kconfig", fileNames: ["Kconfig", "Kbuild"], ...hash },
  { id: "kotlin", name: "Kotlin", extensions: [".kt", ".kts"], ...slashes },
  { id: "less", name: "Less", extensions: [".less"], ...slashes },
  {
    id: "lisp",
    name: "Lisp",
    extensions: [".lisp", ".lsp", ".cl", ".el", ".scm", ".rkt"],
    line: [";"],
    block: [["#|", "|#"]],
    quotes: '"',
  },
  {
    id: "lua",
    name: "Lua",
    extensions: [".lua"],
    interpreters: ["lua", "luajit"],
    line: ["--"],
    block: [["--[[", "]]"]],
  },
  {
    id: "makefile",
    name: "Makefile",
    extensions: [".mk", ".mak"],
    fileNames: ["Makefile", "makefile", "GNUmakefile", "Kbuild.mk"],
    interpreters: ["make"],
    ...hash,
  },
  { id: "markdown", name: "Markdown", extensions: [".md", ".markdown", ".mdx"], ...markup },
  { id: "meson", name: "Meson", fileNames: ["meson.build", "meson_options.txt"], ...hash },
  { id: "nix", name: "Nix", extensions: [".nix"], line: ["#"], block: [["/*", "*/"]] },
  { id: "objective-c", name: "Objective-C", extensions: [".m", ".mm"], ...slashes },
  { id: "ocaml", name: "OCaml", extensions: [".ml", ".mli"], block: [["(*", "*)"]], quotes: '"' },
  {
    id: "perl",
    name: "Perl",
    extensions: [".pl", ".pm", ".t"],
    interpreters: ["perl"],
    line: ["#"],
    block: [
      ["=pod", "=cut"],
      ["=head", "=cut"],
    ],
  },
  {
    id: "powershell",
    name: "PowerShell",
    extensions: [".ps1", ".psm1", ".psd1"],
    interpreters: ["pwsh"],
    line: ["#"],
    block: [["<#", "#>"]],
  },
  { id: "protobuf", name: "Protocol Buffers", extensions: [".proto"], ...slashes },
  { id: "r", name: "R", extensions: [".r"], interpreters: ["rscript"], ...hash },
  { id: "restructuredtext", name: "reStructuredText", extensions: [".rst"], line: [".. "] },
  { id: "sass", name: "Sass", extensions: [".scss", ".sass"], ...slashes },
  { id: "scala", name: "Scala", extensions: [".scala", ".sbt", ".sc"], ...slashes },
  { id: "solidity", name: "Solidity", extensions: [".sol"], ...slashes },
  { id: "sql", name: "SQL", extensions: [".sql", ".psql", ".ddl"], line: ["--"], block: [["/*", "*/"]] },
  { id: "svelte", name: "Svelte", extensions: [".svelte"], ...markup },
  { id: "svg", name: "SVG", extensions: [".svg"], ...markup },
  { id: "swift", name: "Swift", extensions: [".swift"], interpreters: ["swift"], ...slashes },
  { id: "tcl", name: "Tcl", extensions: [".tcl"], interpreters: ["tclsh", "wish"], ...hash },
  {
    id: "template",
    name: "Template",
    extensions: [".erb", ".ejs", ".jinja", ".jinja2", ".j2", ".twig", ".liquid"],
    block: [
      ["<!--", "-->"],
      ["{#", "#}"],
      ["<%#", "%>"],
    ],
  },
  {
    id: "terraform",
    name: "Terraform",
    extensions: [".tf", ".tfvars", ".hcl"],
    line: ["#", "//"],
    block: [["/*", "*/"]],
  },
  { id: "tex", name: "TeX", extensions: [".tex", ".sty", ".cls", ".bib"], line: ["%"] },
  { id: "thrift", name: "Thrift", extensions: [".thrift"], line: ["//", "#"], block: [["/*", "*/"]] },
  { id: "toml", name: "TOML", extensions: [".toml"], ...hash },
  { id: "verilog", name: "Verilog", extensions: [".v", ".vh", ".sv", ".svh"], ...slashes },
  { id: "vhdl", name: "VHDL", extensions: [".vhd", ".vhdl"], line: ["--"] },
  { id: "vim", name: "Vim script", extensions: [".vim"], fileNames: [".vimrc"], line: ['"'] },
  { id: "vue", name: "Vue", extensions: [".vue"], ...markup },
  { id: "wgsl", name: "WGSL", extensions: [".wgsl"], ...slashes },
  {
    id: "xml",
    name: "XML",
    extensions: [
      ".xml",
      ".xsd",
      ".xsl",
      ".xslt",
      ".plist",
      ".csproj",
      ".props",
      ".targets",
      ".resx",
      ".xaml",
    ],
    ...markup,
  },
  {
    id: "yaml",
    name: "YAML",
    extensions: [".yaml", ".yml"],
    fileNames: [".clang-format", ".clang-tidy"],
    ...hash,
  },
  { id: "zig", name: "Zig", extensions: [".zig"], line: ["//"] },
];
