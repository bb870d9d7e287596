import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { aFolder } from '../fixtures/folder.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NAMES = ['kubelet.yaml', 'new.yaml', 'kube-apiserver.yaml']
const BEFORE = 'a: 1\n'.repeat(20_000)
const AFTER = 'a: 2\n'.repeat(20_000)

/** Writes `write-files.ts` and what it imports as JavaScript, and a program that is killed at one of its operations. */
function program(): string {
  const out = aFolder({ 'package.json': '{ "type": "module" }' })
  symlinkSync(join(ROOT, 'node_modules'), join(out, 'node_modules'))
  const options = {
    outDir: out,
    rootDir: ROOT,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: true,
    noCheck: true,
  }
  ts.createProgram([join(ROOT, 'src/cli/fix/write-files.ts')], options).emit()
  const path = join(out, 'killed.js')
  writeFileSync(
    path,
    `import { closeSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { writeFiles } from './src/cli/fix/write-files.js'
const [nth, after, ...paths] = process.argv.slice(2)
let operations = 0
const kill = () => process.kill(process.pid, 'SIGKILL')
const doing = (action, half) => {
  if (++operations === Number(nth)) { half(); kill() }
  action()
}
const put = (path, bytes) => { const file = openSync(path, 'wx'); writeSync(file, bytes); closeSync(file) }
const disk = {
  write: (path, bytes) => doing(() => put(path, bytes), () => put(path, bytes.subarray(0, bytes.length / 2))),
  rename: (from, to) => doing(() => renameSync(from, to), () => {}),
  remove: (path) => doing(() => unlinkSync(path), () => {}),
}
const text = readFileSync(after, 'utf8')
const before = [paths[0], paths[2]].map((path) => ({ path, text: readFileSync(path, 'utf8') }))
writeFiles(before, paths.map((path) => ({ path, text })), disk)
process.stdout.write(String(operations))
`,
  )
  return path
}

test('a process that is killed while it writes leaves each file complete and in order, and no other file', async () => {
  const script = program()
  const after = join(aFolder({ after: AFTER }), 'after')
  const run = (nth: number) => {
    const folder = aFolder({ [NAMES[0]]: BEFORE, [NAMES[2]]: BEFORE })
    const argv = [script, String(nth), after, ...NAMES.map((name) => join(folder, name))]
    return { folder, ...spawnSync(process.execPath, argv, { encoding: 'utf8' }) }
  }
  const whole = run(0)
  expect([whole.stderr, whole.stdout]).toEqual(['', '6'])
  for (let nth = 1; nth <= 6; nth++) {
    const { folder, signal } = run(nth)
    expect(signal).toBe('SIGKILL')
    const others = () => readdirSync(folder).filter((name) => !NAMES.includes(name))
    for (let i = 0; i < 500 && others().length > 0; i++) await setTimeout(10)
    expect(others()).toEqual([])
    const texts = NAMES.map((name) =>
      readdirSync(folder).includes(name) ? readFileSync(join(folder, name), 'utf8') : BEFORE,
    )
    const written = texts.filter((text) => text === AFTER).length
    expect(texts.map((text) => text === AFTER || text === BEFORE)).toEqual([true, true, true])
    expect(texts.slice(0, written)).toEqual(texts.filter((text) => text === AFTER))
  }
})
