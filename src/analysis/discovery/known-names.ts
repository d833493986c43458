/**
 * Files that are told by their names. The ideas are those of github-linguist's `vendor.yml` and `generated.rb`,
 * kept to names that hardly ever mean anything else: a wrong guess hides somebody's code. All of them are
 * overridden by `linguist-vendored` and `linguist-generated`.
 */
import type { SkipReason } from "./types.ts";

const copiedFolders: ReadonlySet<string> = new Set([
  "vendor",
  "third_party",
  "third-party",
  "3rdparty",
  "Godeps",
]);

/** What package managers fill, and fill again: nobody's own text stands there, and there may be very much of it. */
const installedFolders: ReadonlySet<string> = new Set([
  "node_modules",
  "bower_components",
  "jspm_packages",
  "site-packages",
  "Carthage",
  "Pods",
  ".yarn",
  ".venv",
]);

export function isVendoredFolder(name: string): boolean {
  return copiedFolders.has(name) || installedFolders.has(name);
}

export function isInstalledFolder(name: string): boolean {
  return installedFolders.has(name);
}

/** Folders that a walk never enters: version control's own and caches beside the sources. */
const privateFolders: ReadonlySet<string> = new Set([
  ".git",
  ".hg",
  ".svn",
  ".jj",
  "CVS",
  ".caelum",
  "__pycache__",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
  ".tox",
]);

export function isPrivateFolder(name: string): boolean {
  return privateFolders.has(name);
}

const generatedNames: ReadonlySet<string> = new Set([
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "deno.lock",
  "Cargo.lock",
  "Gemfile.lock",
  "Pipfile.lock",
  "poetry.lock",
  "pdm.lock",
  "uv.lock",
  "composer.lock",
  "go.sum",
  "flake.lock",
  "mix.lock",
  "pubspec.lock",
  "Podfile.lock",
  "packages.lock.json",
  "gradle.lockfile",
]);

const generatedEnd =
  /(?:\.pb\.(?:go|cc|h|c|swift|dart)|_grpc\.pb\.go|_pb2(?:_grpc)?\.pyi?|_pb\.(?:js|ts|rb)|\.(?:designer|g|g\.i)\.cs|\.(?:g|freezed)\.dart|\.(?:js|mjs|cjs|ts|css)\.map|\.snap|\.min\.map)$/i;

const minifiedEnd = /[.-]min\.(?:js|mjs|cjs|css)$/i;

/** Formats that are never text. An extension here saves reading the file; content decides about all others. */
const binaryEnd =
  /\.(?:png|jpe?g|gif|webp|avif|bmp|ico|icns|tiff?|psd|heic|mp[34]|m4[av]|ogg|oga|ogv|opus|wav|flac|webm|mov|avi|mkv|woff2?|ttf|otf|eot|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|ear|class|pyc|pyo|o|a|so|dylib|dll|exe|lib|pdb|node|wasm|pdf|docx|xlsx|pptx|odt|ods|sqlite3?|db|mo|bin|deb|rpm|apk|ipa|dmg|iso|glb|ktx2?|exr|npy|npz|onnx|safetensors|gguf|parquet|keystore|jks|p12)$/i;

/** Why a file is left out by its name alone. */
export function reasonByName(
  name: string,
): Extract<SkipReason, "binary" | "generated" | "minified"> | undefined {
  if (binaryEnd.test(name)) return "binary";
  if (minifiedEnd.test(name)) return "minified";
  return generatedNames.has(name) || generatedEnd.test(name) ? "generated" : undefined;
}
