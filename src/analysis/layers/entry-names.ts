/** What a file is started by, or read by, without anybody importing it: told by its path alone. */

const folders =
  /(?:^|\/)(?:__tests__|__mocks__|__fixtures__|tests?|testing|specs?|e2e|cypress|playwright|fixtures?|examples?|samples?|demos?|bench(?:marks?)?|scripts?|bin|tools?|docs?|migrations?|seeds?|public|static|assets|vendor|third_party|templates?|templatetags|management\/commands|dags|alembic|\.[^/]+)\//;

const scriptName =
  /^\.|\.(?:test|spec|test-d|stories|story|e2e|bench|cy|config|conf|setup|worker|d)\.[cm]?[jt]sx?$|^(?:gulpfile|gruntfile|jakefile|knexfile|main|index|server|app|cli|sw|service-worker|setup[-.]?tests?|test-setup|jest-setup|vitest-setup|instrumentation|middleware)\.[cm]?[jt]sx?$/i;

const pythonName =
  /^(?:__init__|__main__|conftest|setup|manage|wsgi|asgi|noxfile|fabfile|tasks|settings|urls|routing|admin|apps|models|signals|celery|celeryconfig|conf|config|gunicorn.*|sitecustomize|usercustomize|app|main|server|cli|hatch_build|build|_?version|test_.*|.*_tests?|tests?)\.py$/i;

/** Frameworks that take the files of some folders for routes, layouts and the like. */
const routers =
  /"(?:next|nuxt|gatsby|astro|expo-router|vike|@sveltejs\/kit|@solidjs\/start|@builder\.io\/qwik-city|@tanstack\/(?:react|solid)-(?:router|start)|@remix-run\/[\w-]+|@react-router\/[\w-]+|@docusaurus\/core|vitepress)"\s*:/;
const routed =
  /(?:^|\/)(?:pages|routes|app|api|layouts|plugins|composables|server|functions|middleware|theme)\//;

/** Whether a test, a tool or a convention starts the file. `manifest` is the text of the `package.json` above it. */
export function isStartedByName(path: string, manifest: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (folders.test(path)) return true;
  if (path.endsWith(".py")) return pythonName.test(name);
  return scriptName.test(name) || (routed.test(path) && routers.test(manifest));
}

/** Texts that name the files a project starts: manifests, builds, pages, pipelines. Not the locks of package managers. */
export function namesFiles(path: string, isAbove: boolean): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/lock\b|\.map$/.test(name)) return false;
  if (/\.(?:html?|sh|bash|mk|ps1|cmd|bat)$|^(?:GNU)?makefile|^(?:docker|container)file|^procfile/i.test(name))
    return true;
  if (/^(?:package\.json|pyproject\.toml|setup\.(?:cfg|py)|tox\.ini)$/.test(name)) return true;
  return (
    (isAbove || /(?:^|\/)\.[^/]+\//.test(path)) &&
    /\.(?:json[c5]?|ya?ml|toml|cfg|ini)$|^(?:justfile|jenkinsfile|vagrantfile)$/i.test(name)
  );
}

/** Sources that name others in quotes, wherever they stand: scripts, configuration of bundlers, settings and routes of Django. */
export function isConfiguration(path: string): boolean {
  return /(?:\.(?:config|conf)\.[cm]?[jt]s|(?:^|\/)(?:settings|urls|celery|celeryconfig|conf|setup)(?:_\w+)?\.py)$|(?:^|\/)(?:settings|config|scripts?|tools?|\.[^/]+)\/[^/]+\.(?:py|[cm]?[jt]s)$/.test(
    path,
  );
}

/** Tests, builds and configuration load what they are told to: no part of the project is started by that. */
export function isTool(path: string): boolean {
  return (
    folders.test(path) ||
    isConfiguration(path) ||
    /\.(?:test|spec|test-d)\.[cm]?[jt]sx?$|(?:^|\/)(?:test_[^/]*|conftest|noxfile)\.py$|(?:^|\/)(?:gulp|grunt|jake)file\.[jt]s$/i.test(
      path,
    )
  );
}

/** Whether a file is a test, or stands where tests keep what they need. */
export function isTest(path: string): boolean {
  return /(?:^|\/)(?:__tests__|__mocks__|tests?|testing|specs?|e2e|cypress|playwright|testutils?)\/|\.(?:test|spec|test-d|e2e|cy)\.[cm]?[jt]sx?$|(?:^|\/)(?:test_[^/]*|[^/]*_tests?|conftest)\.py$/i.test(
    path,
  );
}

/** Texts of people and of templates that mention names: documentation, but no record of what has changed. */
export function isProse(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return (
    /\.(?:md|mdx|rst|txt|adoc|html?|j2|jinja2?|ipynb)$/i.test(name) &&
    !/change|history|news|release/i.test(name)
  );
}

/** Sources that import scripts, and whose imports are not read. */
export function isComponent(path: string): boolean {
  return /\.(?:vue|svelte|astro|mdx|html?|riot|marko|ejs|hbs)$/i.test(path);
}
