// Writes dist/: npm run build
//   npm run build -- --without-types   in a fraction of the time; the declarations stay as they are, or missing
//   npm run build -- --if-changed      only where dist/ is not a whole build of these sources: npm runs that after
//                                      `npm ci` and before it packs; the first `npx onpath` in a clone does too
//
//   dist/*.js       the library, `onpath` and `onpath/testing`, as ECMAScript modules
//   dist/cli/*.js   the command line, as CommonJS, of which Node can keep the compiled code
//   dist/attacks.yaml  the attacks of scenarios/attacks/, which the package has in one file
//   dist/page/      the page, for `onpath ui`
//   dist/types/     the declarations of the library: a file for each entry, and one for what they share
import { execFileSync, execSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import nodeModules, { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashOfInputs, isBuiltFrom } from './build-inputs.mjs'
import { bundle, bundleDeclarations } from './bundle.mjs'
import { shippedAttacks, writePage } from './build-page.mjs'
import { bundledPackages, licenseOf } from './licenses.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist')
const LIBRARY = {
  'index.js': 'src/index.ts',
  'packets.js': 'src/packets/index.ts',
  'import.js': 'src/import/index.ts',
  'study.js': 'src/study/index.ts',
  'testing.js': 'src/testing/index.ts',
}
const COMMAND_LINE = { 'main.js': 'src/cli/main.ts', 'worker.js': 'src/cli/simulation/simulation-worker.ts' }

const POOL_WORKER = join(dirname(createRequire(import.meta.url).resolve('tinypool')), 'entry', 'worker.js')

const hasTypes = !process.argv.includes('--without-types')
const inputs = hashOfInputs(ROOT)
if (process.argv.includes('--if-changed') && isBuiltFrom(DIST, inputs)) process.exit()

for (const entry of existsSync(DIST) ? readdirSync(DIST) : [])
  if (hasTypes || entry !== 'types') rmSync(join(DIST, entry), { recursive: true })
if (hasTypes) await writeDeclarations()
const files = [
  ...(await bundle(LIBRARY, DIST, 'library')),
  ...(await bundle(COMMAND_LINE, join(DIST, 'cli'), 'command-line')),
  // A thread of the pool begins with this file, and finds it here.
  ...(await bundle({ 'worker.js': POOL_WORKER }, join(DIST, 'cli', 'entry'), 'command-line')),
  ...(await writePage(join(DIST, 'page'))),
]
const bundled = bundledPackages(files)
writeFileSync(join(DIST, 'LICENSES.txt'), bundled.map(licenseOf).join('\n\n'))
writeFileSync(join(DIST, 'sbom.cdx.json'), `${JSON.stringify(billOf(bundled), null, 2)}\n`)
writeFileSync(join(DIST, 'attacks.yaml'), shippedAttacks())
const manifest = { type: 'commonjs', sources: hashOfSources() }
writeManifest(manifest)
writeFileSync(
  join(DIST, 'cli', 'simulation-worker.js'),
  "module.exports = require('../../bin/start.js').start('worker.js')\n",
)
if (nodeModules.enableCompileCache === undefined)
  for (const first of Object.keys(COMMAND_LINE)) runNode('scripts/compile-ahead.cjs', first)
// Written last, and only of a whole build.
if (hasTypes) writeManifest({ ...manifest, inputs })

function writeManifest(content) {
  writeFileSync(join(DIST, 'cli', 'package.json'), `${JSON.stringify(content)}\n`)
}

/** Returns a hash of all that results can depend on, which is the same on every machine. */
function hashOfSources() {
  const hash = createHash('sha256')
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .sort()
  for (const path of [...sources, 'package-lock.json'])
    hash.update(`${path}\n`).update(readFileSync(join(ROOT, path), 'utf8').replaceAll('\r\n', '\n'))
  return hash.digest('hex').slice(0, 12)
}

function runNode(...words) {
  execFileSync(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Writes the declarations of the library. Those of single modules, which nobody imports, are not kept. */
async function writeDeclarations() {
  const modules = mkdtempSync(join(tmpdir(), 'onpath-declarations-'))
  try {
    const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc')
    runNode(compiler, '-p', 'src', '--outDir', modules)
    const entries = Object.entries(LIBRARY).map(([name, path]) => [name, path].map(declarationOf))
    await bundleDeclarations(Object.fromEntries(entries), modules, join(DIST, 'types'))
  } finally {
    rmSync(modules, { recursive: true })
  }
}

function declarationOf(path) {
  return path.replace(/\.[jt]s$/, '.d.ts')
}

/** Returns the bill of materials in CycloneDX that npm makes, of the bundled packages alone, for scanners. */
function billOf(packages) {
  const command = 'npm sbom --sbom-format cyclonedx --package-lock-only'
  const bill = JSON.parse(execSync(command, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 }))
  const ids = packages.map(({ name, version }) => `${name}@${version}`)
  const { component } = bill.metadata
  // npm calls all of them development dependencies. Time and serial number would make each build another.
  const components = bill.components.filter((part) => ids.includes(part['bom-ref'])).map(({ properties: _, ...part }) => part)
  const dependencies = [
    { ref: component['bom-ref'], dependsOn: ids },
    ...bill.dependencies
      .filter(({ ref }) => ids.includes(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((id) => ids.includes(id)) })),
  ]
  const { serialNumber: _, metadata, ...head } = bill
  return { ...head, metadata: { component: { ...component, name: 'onpath' } }, components, dependencies }
}
