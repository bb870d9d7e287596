// What `npm run build`, other scripts and tests bundle with.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Modules that only some commands need, and that bring much along: files of clusters, pages, drawings, and queues. */
const SELDOM = [
  /src[\\/]import[\\/]/,
  /src[\\/]cli[\\/]input[\\/](read-subjects|import-shown)/,
  /src[\\/]report[\\/]html[\\/](?!first-line)/,
  /src[\\/]cli[\\/]report[\\/](report|plot)-text/,
  /src[\\/]cli[\\/]queue[\\/](?!queue-(address|options|names))/,
]

/**
 * What becomes one file: modules with all that they import, without what is in a file named before. So what starts
 * quickly imports nothing that it does not need, no two files import each other, and few files are published.
 */
const GROUPS = [
  { name: 'start', test: /src[\\/]cli[\\/]onpath\.ts$/ },
  { name: 'simulation', test: /src[\\/]simulation[\\/]run\.ts$/ },
  { name: 'scenario', test: /src[\\/]scenario[\\/]load\.ts$/ },
  { name: 'common', test: isOften, minShareCount: 2 },
  // The commands that do not simulate.
  { name: 'brief', test: /commands[\\/](complete|completion|explain|init|list|schema|validate|version)\.ts$/ },
  { name: 'commands', test: /src[\\/]cli[\\/](commands[\\/](?!run\.ts)|kubernetes[\\/]write-job)/ },
  { name: 'queue', test: /src[\\/]cli[\\/]queue[\\/]point-/ },
  // What a person at a terminal sees.
  { name: 'terminal', test: /src[\\/]cli[\\/]terminal-text\.ts$|node_modules[\\/]cli-progress[\\/]/ },
  { name: 'reports', test: /src[\\/](cli[\\/]report|study[\\/]matrix[\\/]matrix-details)|node_modules[\\/]node-sarif-builder[\\/]/ },
]

/**
 * The same for the command line, with files for what a run and a thread need, and for what a run needs by options only.
 */
const COMMAND_LINE_GROUPS = GROUPS.toSpliced(
  GROUPS.findIndex(({ name }) => name === 'common'),
  0,
  { name: 'optional', test: /src[\\/](packets[\\/]|study[\\/]compare[\\/]parse-result\.ts$)/ },
  { name: 'thread', test: /src[\\/]cli[\\/]simulation[\\/]simulate-task\.ts$/ },
  { name: 'run', test: /src[\\/]cli[\\/]commands[\\/]run\.ts$/ },
)

/** Returns whether a module is of this project and not of a package, and nearly every command needs it. */
function isOften(path) {
  return path.startsWith(join(ROOT, 'src')) && !SELDOM.some((seldom) => seldom.test(path))
}

/**
 * Bundles modules with all packages that they import, except for Node's own and Vitest.
 *
 * @param {Record<string, string>} input by the name of the file that each becomes, the modules in the repository
 * @param {string} dir the folder of these files
 * @param {'library' | 'command-line'} kind an ECMAScript module for any platform, or CommonJS for Node
 * @returns the files, as rolldown describes them
 */
export async function bundle(input, dir, kind) {
  const isLibrary = kind === 'library'
  const platform = isLibrary ? 'browser' : 'node'
  const build = await rolldown({ input, cwd: ROOT, platform, external: [/^node:/, ...builtinModules, 'vitest'] })
  const { output } = await build.write({
    dir,
    format: isLibrary ? 'esm' : 'cjs',
    sourcemap: true,
    sourcemapExcludeSources: true,
    entryFileNames: '[name]',
    chunkFileNames: `[name]-[hash].${isLibrary ? 'mjs' : 'js'}`,
    codeSplitting: { groups: isLibrary ? GROUPS : COMMAND_LINE_GROUPS },
    comments: { legal: true, annotation: false, jsdoc: false },
    // Names and numbers stay as they are written: messages have the first, and results rest on the second.
    minify: false,
  })
  await build.close()
  if (isLibrary) return output
  for (const { type, fileName, code } of output) if (type === 'chunk') writeFileSync(join(dir, fileName), quickToLoad(code))
  return output
}

/** The same for the page: what its first picture needs, and then what reads a scenario, without the simulator. */
const PAGE_GROUPS = [
  { name: 'drawing', test: /src[\\/](report[\\/](html[\\/]topology-drawing|view[\\/]texts|link[\\/])|packets[\\/]playback[\\/]playback\.ts)/ },
  { name: 'loader', test: /src[\\/]page[\\/]worker[\\/](desk|load-view|run-scenario)\.ts$/ },
  { name: 'simulator', test: /src[\\/]page[\\/]worker[\\/]simulate\.ts$/ },
  { name: 'controls', test: /src[\\/]page[\\/]worker[\\/]controls\.ts$/ },
  { name: 'study', test: /src[\\/]page[\\/]worker[\\/](?!worker\.ts)/ },
]

/**
 * Bundles the page: `main.js`, `worker.js`, and files of what is loaded when it is used.
 *
 * @param {string} dir the folder of these files
 * @returns the files, as rolldown describes them
 */
export async function bundlePage(dir) {
  const input = { main: 'src/page/main.tsx', worker: 'src/page/worker/worker.ts' }
  const build = await rolldown({ input, cwd: ROOT, platform: 'browser' })
  const { output } = await build.write({
    dir,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups: PAGE_GROUPS },
    comments: { legal: true, annotation: false, jsdoc: false },
    minify: true,
  })
  await build.close()
  return output
}

/** Modules of Node that take a millisecond or more to load, and that most commands never use. */
const LATE = /^[\t ]*(?:let|const) (\w+) = require\("node:(assert|child_process|crypto|fs\/promises|net|os|timers\/promises)"\);$/gm

/** The file that most commands do not use. It imports only files that are named before it. */
const LATE_FILE = /^const (\w+) = require\("(\.\/optional-[^"]+)"\);$/gm

/** An export of a file, as rolldown writes it. */
const EXPORT = /^Object\.defineProperty\(exports, "([\w$]+)", \{\s+enumerable: true,\s+get: function \(\) \{\s+return ([\w$]+);\s+\}\s+\}\);\n?/gm

/**
 * Returns the code of a CommonJS file, changed so that Node loads it sooner: it is ASCII, of which V8 keeps a byte a
 * character, LATE modules and the LATE_FILE are loaded where they are used, and exports are properties of one object,
 * which V8 makes at once, and not a getter each. Lines stay where they are.
 */
function quickToLoad(code) {
  let changed = withPlainExports(code)
  for (const [line, name, module] of code.matchAll(LATE)) {
    const late = changed
      .replace(line, '')
      .replace(new RegExp(`^${name} = \\w+\\.__toESM\\(${name}, 1\\);$`, 'm'), '')
      .replaceAll(new RegExp(`(?<![.\\w$])${name}(?:\\.default\\b)?(?=[.)])`, 'g'), `require("node:${module}")`)
    // What is also assigned, or passed on, stays as it is.
    if (!new RegExp(`(?<![.\\w$])${name}\\b`).test(late)) changed = late
  }
  for (const [line, name, file] of code.matchAll(LATE_FILE))
    changed = changed.replace(line, '').replaceAll(new RegExp(`\\b${name}\\.`, 'g'), `(require("${file}")).`)
  // Picocolors would open standard output to decide about colours, which `createColors` is told.
  changed = changed.replace('(p.stdout || {}).isTTY', 'false')
  return changed.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Returns the code with all its exports at its end, where constants, functions and classes have their values. */
function withPlainExports(code) {
  const entries = [...code.matchAll(EXPORT)].map(([, name, local]) =>
    new RegExp(`^(?:const|class|(?:async )?function\\*?) ${local.replaceAll('$', '\\$')}\\b`, 'm').test(code)
      ? `${name}: ${local}`
      : `get ${name}() { return ${local} }`,
  )
  if (entries.length === 0) return code
  const rest = code.replaceAll(EXPORT, '')
  const end = rest.lastIndexOf('\n//# sourceMappingURL=')
  const exports = `\nmodule.exports = { ${entries.join(', ')} };`
  return end < 0 ? rest + exports : rest.slice(0, end) + exports + rest.slice(end)
}

/**
 * Bundles declarations: one file for each entry, and one for what several of them share.
 *
 * @param {Record<string, string>} input by the name of the file that each becomes, the declarations in `from`
 * @param {string} from the folder of the declarations of all modules
 * @param {string} dir the folder of the bundles
 */
export async function bundleDeclarations(input, from, dir) {
  const plugins = [dts({ dtsInput: true, tsconfig: false })]
  const build = await rolldown({ input, cwd: from, external: ['vitest'], plugins })
  await build.write({
    dir,
    entryFileNames: '[name]',
    chunkFileNames: '[name].d.ts',
    codeSplitting: { groups: [{ name: 'common', minShareCount: 2 }] },
    minifyInternalExports: false,
  })
  await build.close()
  // The functions of code in several files, which declarations do not need.
  rmSync(join(dir, 'rolldown-runtime.d.ts'), { force: true })
}

/** Imports modules of the sources, and returns their exports in one object. */
export async function importSources(...paths) {
  const dir = mkdtempSync(join(tmpdir(), 'onpath-sources-'))
  try {
    await bundle(Object.fromEntries(paths.map((path, i) => [`${i}.mjs`, path])), dir, 'library')
    const modules = await Promise.all(paths.map((_, i) => import(pathToFileURL(join(dir, `${i}.mjs`)).href)))
    return Object.assign({}, ...modules)
  } finally {
    rmSync(dir, { recursive: true })
  }
}
