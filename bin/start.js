const { closeSync, existsSync, fstatSync, openSync, readSync } = require('node:fs')
const module_ = require('node:module')
const { join } = require('node:path')
const { Script } = require('node:vm')

/** The command line, bundled. */
const FOLDER = join(__dirname, '..', 'dist', 'cli')

/** The file with which a thread that simulates begins. */
const THREAD = 'worker.js'

/** The files that `load` has loaded, with their exports and, for the build, their scripts. */
const loaded = new Map()

/**
 * Runs a file of the command line, and returns its exports, with code that was compiled earlier, since compiling takes
 * half the time of a short run. Node 22.1 and later keep compiled code in a folder of their own. For Node 20, the build
 * leaves it beside each file, and V8 refuses what another version of it has compiled; the file is then compiled as usual.
 */
function start(name) {
  // Node applies source maps to what it loads itself.
  if (process.env.ONPATH_DEBUG) process.setSourceMapsEnabled?.(true)
  const isCompiledHere = module_.enableCompileCache === undefined && existsSync(join(FOLDER, name + compiledBy(name)))
  if (isCompiledHere && !process.env.ONPATH_DEBUG) return load(name)
  module_.enableCompileCache?.()
  return require(join(FOLDER, name))
}

/**
 * Returns the ending of the files with the code that V8 has compiled of other files, in a process or thread that began
 * with a file. Threads use more functions than a short run does, and V8 makes all functions of such a file at once.
 */
function compiledBy(first) {
  return first === THREAD ? '.thread.compiled' : '.compiled'
}

/** Loads a CommonJS file as `require` would, and returns its exports. `first` is the file with which it all began. */
function load(name, first = name) {
  const known = loaded.get(name)
  if (known !== undefined) return known.module.exports
  const filename = join(FOLDER, name)
  const compiled = filename + compiledBy(first)
  // The build writes ASCII. The wrapper is read into the same memory: V8 would copy what `Module.wrap` joins once more.
  const code = read(filename, ...module_.wrapper).latin1Slice()
  const cachedData = existsSync(compiled) ? read(compiled) : undefined
  const script = new Script(code, { filename, cachedData })
  const module = { exports: {} }
  loaded.set(name, { module, script })
  const requireFrom = (specifier) => (specifier.startsWith('./') ? load(specifier.slice(2), first) : require(specifier))
  script.runInThisContext().call(module.exports, module.exports, requireFrom, module, filename, FOLDER)
  return module.exports
}

/** The memory into which each file is read, one after the other: new memory takes longer than reading does. */
let memory = Buffer.allocUnsafeSlow(0)

/** Returns the content of a file between two texts, until the next call. */
function read(path, before = '', after = '') {
  const file = openSync(path)
  try {
    const most = before.length + fstatSync(file).size + after.length
    if (most > memory.length) memory = Buffer.allocUnsafeSlow(Math.max(most, 2 * memory.length, 1 << 22))
    let end = memory.latin1Write(before)
    for (let bytes = -1; bytes !== 0; end += bytes) bytes = readSync(file, memory, end, most - after.length - end, null)
    return memory.subarray(0, end + memory.latin1Write(after, end))
  } finally {
    closeSync(file)
  }
}

/** Returns what V8 has compiled of each file that began with `first`, by the path of the file that keeps it. */
function compiledCode(first) {
  return [...loaded].map(([name, { script }]) => [join(FOLDER, name + compiledBy(first)), script.createCachedData()])
}

module.exports = { start, load, compiledCode, THREAD }
