// Prints how src/ is cut: its folders, the files through which a keep-alive request runs, the pairs of folders that
// import each other, and the lines of code.
import { readdirSync, readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { register } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SRC = join(ROOT, 'src')
/** A folder with fewer files than this is said with the others of its layer. */
const FEW_FILES = 3

const sources = readdirSync(SRC, { recursive: true })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join(SRC, file))
  .sort()

const trees = new Map(sources.map((file) => [file, treeOf(file)]))

function treeOf(file) {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
}

/** Returns the lines of a file that have more than comments and white space. */
function codeLinesOf(tree) {
  const lines = new Set()
  const visit = (node) => {
    if (node.getChildCount(tree) > 0) return node.getChildren(tree).forEach(visit)
    if (ts.isJSDoc(node)) return
    const first = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line
    const last = tree.getLineAndCharacterOfPosition(node.getEnd()).line
    if (node.getEnd() > node.getStart(tree)) for (let line = first; line <= last; line++) lines.add(line)
  }
  visit(tree)
  return lines.size
}

function importsOf(file) {
  return trees
    .get(file)
    .statements.flatMap((one) =>
      (ts.isImportDeclaration(one) || ts.isExportDeclaration(one)) && one.moduleSpecifier !== undefined
        ? [one.moduleSpecifier.text]
        : [],
    )
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolve(dirname(file), specifier))
}

/** Returns the folder of a layer in which a file is, such as `cluster/flags`; null for one directly in the layer. */
function folderOf(file) {
  const parts = relative(SRC, file).split('/')
  return parts.length < 3 ? null : `${parts[0]}/${parts[1]}`
}

function mutualPairs() {
  const imports = new Map()
  for (const file of sources)
    for (const other of importsOf(file)) {
      const [own, its] = [folderOf(file), folderOf(other)]
      if (own === null || its === null || own === its || own.split('/')[0] !== its.split('/')[0]) continue
      imports.set(own, (imports.get(own) ?? new Set()).add(its))
    }
  return [...imports].flatMap(([own, others]) =>
    [...others].filter((other) => own < other && imports.get(other)?.has(own)).map((other) => [own, other]),
  )
}

/** Runs a plain HTTP/1.1 request on a connection that is open, and returns the functions that ran, by file. */
async function requestFiles() {
  const hooks = `import { readFileSync } from 'node:fs'
import ts from ${JSON.stringify(import.meta.resolve('typescript'))}
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context)
  const compilerOptions = { module: 'esnext', target: 'es2022', verbatimModuleSyntax: true }
  const { outputText } = ts.transpileModule(readFileSync(new URL(url), 'utf8'), { compilerOptions })
  return { format: 'module', source: outputText, shortCircuit: true }
}`
  register(`data:text/javascript,${encodeURIComponent(hooks)}`)
  const from = (path) => import(pathToFileURL(join(SRC, path)).href)
  const { loadScenario } = await from('scenario/load.ts')
  const { expandBlueprint } = await from('simulation/expand.ts')
  const { makePlan } = await from('simulation/make-plan.ts')
  const { Simulation } = await from('simulation/simulation.ts')
  const text = `version: 1
hosts: { a: {}, b: {} }
links: { ab: { between: [a, b], delay: 1ms, rate: 1Gbps } }
paths: { plain: { from: a, to: b } }
workloads: { some: { path: plain, rate: 1/s, for: 4s, response: 1KB } }
`
  const loaded = loadScenario({ text, file: 'shape.yaml' }, {})
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
  const simulation = new Simulation(makePlan(expandBlueprint(loaded.scenario.blueprint)))
  simulation.begin()
  const NS_PER_S = 1_000_000_000
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  simulation.runUntil(1.5 * NS_PER_S, Number.POSITIVE_INFINITY)
  await session.post('Profiler.takePreciseCoverage')
  simulation.runUntil(2.5 * NS_PER_S, Number.POSITIVE_INFINITY)
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  return result.flatMap(({ url, functions }) => {
    const ran = functions.filter(({ ranges }) => ranges[0].count > 0)
    return url.startsWith(pathToFileURL(SRC).href) && ran.length > 0
      ? [{ file: relative(SRC, fileURLToPath(url)), functions: ran.length }]
      : []
  })
}

const linesByFolder = new Map()
for (const [file, tree] of trees) {
  const folder = folderOf(file) ?? relative(SRC, dirname(file)).split('/')[0]
  const known = linesByFolder.get(folder) ?? { files: 0, lines: 0 }
  linesByFolder.set(folder, { files: known.files + 1, lines: known.lines + codeLinesOf(tree) })
}
const layers = [...new Set([...linesByFolder.keys()].map((folder) => folder.split('/')[0]))]
console.log('folders: files, lines of code')
for (const layer of layers) {
  const own = [...linesByFolder].filter(([folder]) => folder.split('/')[0] === layer)
  const total = own.reduce((sum, [, { files, lines }]) => [sum[0] + files, sum[1] + lines], [0, 0])
  console.log(`  ${layer || '(top)'}: ${total.join(', ')}`)
  for (const [folder, { files, lines }] of own)
    if (folder !== layer && files >= FEW_FILES) console.log(`    ${folder}: ${files}, ${lines}`)
}
const pairs = mutualPairs()
console.log(`\npairs of folders that import each other: ${pairs.length}`)
for (const [one, other] of pairs) console.log(`  ${one} and ${other}`)
const ran = await requestFiles()
const functions = ran.reduce((sum, one) => sum + one.functions, 0)
console.log(`\na keep-alive plain HTTP request runs ${functions} functions in ${ran.length} files:`)
for (const one of ran.sort((a, b) => (a.file < b.file ? -1 : 1))) console.log(`  ${one.file}: ${one.functions}`)
const lines = [...linesByFolder.values()].reduce((sum, one) => sum + one.lines, 0)
console.log(`\n${sources.length} files, ${lines} lines of code without comments`)
