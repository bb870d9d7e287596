import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { type OutputChunk, type RolldownOptions, rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import { hashOfInputs, isBuiltFrom } from '../scripts/build-inputs.mjs'
import { simulateText } from '../src/index.ts'
import { aFolder } from './fixtures/folder.ts'
import { SMALL_SCENARIO } from './fixtures/scenario-text.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Bundles a module of the sources, and returns its files. */
async function bundled(
  input: string,
  options: RolldownOptions,
  output: { readonly minify?: boolean; readonly format?: 'esm' | 'iife' } = {},
): Promise<OutputChunk[]> {
  const build = await rolldown({ input, cwd: ROOT, logLevel: 'silent', ...options })
  const { output: files } = await build.generate({ name: 'onpath', ...output })
  await build.close()
  return files.filter((file) => file.type === 'chunk')
}

/** Returns the modules that a file of the sources loads before it does anything, relative to the repository. */
async function modulesLoadedBy(input: string, platform: 'browser' | 'node'): Promise<readonly string[]> {
  const [entry, ...others] = await bundled(input, { platform, external: [/^node:/, 'vitest'] })
  const chunks = new Map([entry, ...others].map((chunk) => [chunk.fileName, chunk]))
  const reached = new Set([entry.fileName])
  for (const name of reached) for (const imported of chunks.get(name)?.imports ?? []) reached.add(imported)
  const modules = [...reached].flatMap((name) => chunks.get(name)?.moduleIds ?? [name])
  return modules.map((path) => path.replaceAll('\\', '/').replace(ROOT.replaceAll('\\', '/'), ''))
}

/** A repository with all that a build reads, some of it changed. */
function aRepository(changed: Readonly<Record<string, string>> = {}): string {
  const files = ['package-lock.json', 'package.json', 'tsconfig.json', 'bin/start.js', 'src/a.ts']
  const scripts = [
    'build-inputs.mjs',
    'build-page.mjs',
    'build.mjs',
    'bundle.mjs',
    'compile-ahead.cjs',
    'licenses.mjs',
  ].map((name) => `scripts/${name}`)
  const all = [...files, ...scripts, 'scenarios/attacks/relay.yaml']
  return aFolder({ ...Object.fromEntries(all.map((path) => [path, ''])), ...changed })
}

test('a build is repeated if one of its inputs has changed, is new or is gone', () => {
  const hash = hashOfInputs(aRepository())
  expect(hashOfInputs(aRepository({ 'results/a.csv': 'else' }))).toBe(hash)
  for (const path of ['src/a.ts', 'src/deep/b.ts', 'package-lock.json', 'scenarios/attacks/relay.yaml'])
    expect(hashOfInputs(aRepository({ [path]: 'else' }))).not.toBe(hash)
  expect(hashOfInputs(aRepository({ 'src/b.ts': '' }))).not.toBe(hashOfInputs(aRepository({ 'src/c.ts': '' })))
})

test('dist/ counts as built only if its manifest has the hash of the inputs, which is written last', () => {
  const builtFrom = (manifest: object) =>
    isBuiltFrom(aFolder({ 'cli/package.json': JSON.stringify(manifest) }), 'the hash')
  expect(builtFrom({ type: 'commonjs', sources: '0', inputs: 'the hash' })).toBe(true)
  expect(builtFrom({ type: 'commonjs', sources: '0', inputs: 'another' })).toBe(false)
  expect(builtFrom({ type: 'commonjs', sources: '0' })).toBe(false)
  expect(isBuiltFrom(aFolder(), 'the hash')).toBe(false)
})

const modulesOfNode = (modules: readonly string[]) => modules.filter((name) => name.startsWith('node:')).sort()

test.each(['src/index.ts', 'src/study/index.ts'])('the library imports no module of Node: %s', async (entry) => {
  const modules = await modulesLoadedBy(entry, 'browser')
  expect(modules).toContain('src/simulation/run.ts')
  expect(modulesOfNode(modules)).toEqual([])
})

test('the helpers for tests use only modules of Node that read files', async () => {
  expect(modulesOfNode(await modulesLoadedBy('src/testing/index.ts', 'browser'))).toEqual([
    'node:fs',
    'node:path',
    'node:url',
  ])
})

test('the command line loads no command, schema or simulation before it knows which command it runs', async () => {
  const modules = await modulesLoadedBy('src/cli/main.ts', 'node')
  expect(modules).toContain('src/cli/commands.ts')
  const isHeavy = (path: string) =>
    /^src\/(cli\/commands|scenario\/schema|simulation|transport|report)\/|\/zod\//.test(path)
  expect(modules.filter(isHeavy)).toEqual([
    'src/simulation/budget.ts',
    'src/simulation/given/check-given.ts',
    'src/report/screen/screen.ts',
    'src/report/screen/lines.ts',
  ])
})

/** Makes `Function` count the attempts to make code from a text, which a library may catch and a page reports. */
const COUNT_ATTEMPTS = `
  globalThis.attempts = 0
  const count = (target, [...words]) => { attempts++; return new target(...words) }
  globalThis.Function = new Proxy(Function, { construct: count, apply: (target, _, words) => count(target, words) })`

/** Returns a realm as a page without `unsafe-eval` has it: no modules, no Node, and no code from texts. */
function page() {
  const realm = createContext(
    { AbortController, AbortSignal, TextDecoder, TextEncoder },
    { codeGeneration: { strings: false, wasm: false } },
  )
  runInContext(COUNT_ATTEMPTS, realm)
  return realm
}

test('a page whose content security policy has no unsafe-eval can load and simulate a scenario', async () => {
  const [{ code }] = await bundled('src/index.ts', { platform: 'browser' }, { format: 'iife' })
  const realm = page()
  runInContext(code, realm)
  const result: unknown = runInContext(`JSON.stringify(onpath.simulateText(${JSON.stringify(SMALL_SCENARIO)}))`, realm)
  expect(result).toBe(JSON.stringify(simulateText(SMALL_SCENARIO)))
  expect(runInContext('attempts', realm)).toBe(0)
})

test('a page without unsafe-eval can run studies of many runs and compare files', async () => {
  const [{ code }] = await bundled('src/study/index.ts', { platform: 'browser' }, { format: 'iife' })
  const realm = page()
  runInContext(code, realm)
  const text = 'name,unit,samples,median,mean,deviation,min,max,values\na,ms/run,1,2,2,0,2,2,2\n'
  const side = `onpath.readSide('a', { file: 'a.csv', text: ${JSON.stringify(text)}, scenario: null })`
  const ask = `
    const read = onpath.readSweep({ file: 'a.yaml', text: ${JSON.stringify(SMALL_SCENARIO)} }, { seeds: '1..2' })
    const digestsOf = async (points) => {
      const digests = []
      for await (const { outcome } of points) digests.push(outcome.result.digest)
      return digests
    }
    digestsOf(onpath.sweepPoints(read.sweep, onpath.inPlace()))`
  expect(await runInContext(ask, realm)).toEqual([1, 2].map((seed) => simulateText(SMALL_SCENARIO, { seed }).digest))
  expect(runInContext(`onpath.compare(${side}, ${side}).kind`, realm)).toBe('bench')
  expect(runInContext('attempts', realm)).toBe(0)
})

test('a page without unsafe-eval never evaluates code from text', () => {
  const realm = page()
  expect(() => runInContext('new Function("return 1")', realm)).toThrow('Code generation from strings disallowed')
  expect(() => runInContext('Function("return 1")', realm)).toThrow('Code generation from strings disallowed')
  expect(runInContext('attempts', realm)).toBe(2)
})

test('the library in a page has at most 420 KiB', async () => {
  const [{ code }] = await bundled('src/index.ts', { platform: 'browser' }, { minify: true })
  const kib = gzipSync(code).length / 1024
  expect(kib).toBeGreaterThan(100)
  expect(kib).toBeLessThan(420)
})
