const { existsSync, readFileSync } = require('node:fs')
const module_ = require('node:module')
const { join } = require('node:path')
const { Script } = require('node:vm')

/** The command line, bundled. */
const FOLDER = join(__dirname, '..', 'dist', 'cli')

/** The ending of a file with the code that V8 has compiled of another file. */
const COMPILED = '.compiled'

/** The files that `load` has loaded, with their exports and, for the build, their scripts. */
const loaded = new Map()

/**
 * Runs a file of the command line, and returns its exports, with code that was compiled earlier, since compiling takes half the time of a short
 * run. Node 22.1 and later keep compiled code in a folder of their own. For Node 20, the build leaves it beside each
 * file, and V8 refuses what another version of it has compiled; the file is then compiled as usual.
 */
function start(name) {
  // Node applies source maps to what it loads itself.
  if (process.env.ONPATH_DEBUG) process.setSourceMapsEnabled?.(true)
  const isCompiledHere = module_.enableCompileCache === undefined && existsSync(join(FOLDER, name + COMPILED))
  if (isCompiledHere && !process.env.ONPATH_DEBUG) return load(name)
  module_.enableCompileCache?.()
  return require(join(FOLDER, name))
}

/** Loads a CommonJS file as `require` would, and returns its exports. */
function load(name) {
  const known = loaded.get(name)
  if (known !== undefined) return known.module.exports
  const filename = join(FOLDER, name)
  const compiled = filename + COMPILED
  const cachedData = existsSync(compiled) ? readFileSync(compiled) : undefined
  // The build writes ASCII.
  const script = new Script(module_.wrap(readFileSync(filename, 'latin1')), { filename, cachedData })
  const module = { exports: {} }
  loaded.set(name, { module, script })
  const requireFrom = (specifier) => (specifier.startsWith('./') ? load(specifier.slice(2)) : require(specifier))
  script.runInThisContext().call(module.exports, module.exports, requireFrom, module, filename, FOLDER)
  return module.exports
}

/** Returns what V8 has compiled of each file so far, by the path of the file to which it belongs. */
function compiledCode() {
  return [...loaded].map(([name, { script }]) => [join(FOLDER, name + COMPILED), script.createCachedData()])
}

module.exports = { start, load, compiledCode }
