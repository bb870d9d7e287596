import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { shippedTexts } from '../../src/disk/shipped-attacks.ts'
import { simulateText } from '../../src/index.ts'
import { namedAttacks } from '../../src/study/check/named-attacks.ts'
import { aFolder } from '../fixtures/folder.ts'
import { BROKEN_SCENARIO, LOSSY, SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

/** The built command, as users have it: `npm run build` first. */
const ONPATH = fileURLToPath(new URL('../../bin/onpath.js', import.meta.url))

/** Long enough to be interrupted on any machine. */
const LONG_SCENARIO = SMALL_SCENARIO.replace('requests: 2', 'requests: 500000')

function onpath(argv: readonly string[], input = '') {
  return spawnSync(process.execPath, [ONPATH, ...argv], { input, encoding: 'utf8' })
}

test('the command prints its result only to standard output', () => {
  const { status, stdout, stderr } = onpath(['run', '-', '--json'], SMALL_SCENARIO)
  expect([status, stderr]).toEqual([0, ''])
  expect(JSON.parse(stdout)).toMatchObject({ scenario: 'small', workloads: [{ name: 'visits', completed: 2 }] })
})

test('a longer run in a process gives the same result as the library, and keeps its budget', () => {
  const text = SMALL_SCENARIO.replace('requests: 2', 'requests: 2000')
  const result = simulateText(text)
  expect(result.events).toBeGreaterThan(10_000)
  expect(JSON.parse(onpath(['run', '-', '--json'], text).stdout)).toMatchObject(result)
  expect(onpath(['run', '-', '--max-events', '10000'], text).status).toBe(7)
  expect(onpath(['run', '-', '--max-events', '10001'], text).status).toBe(7)
  expect(onpath(['run', '-', '--max-events', String(result.events + 1)], text).status).toBe(0)
})

test('the process exits with the exit code of the command', () => {
  expect(onpath(['validate', '-'], BROKEN_SCENARIO).status).toBe(3)
  expect(onpath(['run', '-', '--max-events', '5'], SMALL_SCENARIO).status).toBe(7)
  expect(onpath(['run', '-', '--set', 'expect=[latency(visits) p50 < 1ms]'], SMALL_SCENARIO).status).toBe(4)
  expect(onpath(['nonsense']).status).toBe(2)
})

test('the built command line uses no dynamic import of a Node module, which precompiled code cannot do', () => {
  const built = fileURLToPath(new URL('../../dist/cli', import.meta.url))
  const files = readdirSync(built).filter((name) => name.endsWith('.js'))
  expect(files).toContain('main.js')
  const importing = files.filter((name) => /\bimport\(\s*['"]/.test(readFileSync(join(built, name), 'utf8')))
  expect(importing).toEqual([])
})

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url))

/** Returns the names of the files that are loaded with some of the built ones, without the hashes in them. */
function loadedWith(names: readonly string[]): string[] {
  const loaded = new Set(names)
  for (const name of loaded)
    for (const [, other] of readFileSync(join(DIST, 'cli', name), 'utf8').matchAll(
      /^const .* = require\("\.\/(.*)"\)/gm,
    ))
      loaded.add(other)
  return [...loaded].map((name) => name.replace(/-.{8}\.js$/, '')).sort()
}

test('the built code is a few tens of files, and a run does not load those for packets, queues, pages and cluster files', () => {
  const files = readdirSync(DIST, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('page'))
    .map(({ name }) => name)
  expect(files.filter((name) => !name.endsWith('.compiled')).length).toBeLessThanOrEqual(70)
  const run = files.find((name) => /^run-.*\.js$/.test(name))!
  expect(loadedWith(['main.js', run, 'worker.js'])).toEqual([
    'main.js',
    'rolldown-runtime',
    'run',
    'scenario',
    'simulation',
    'start',
    'thread',
    'worker.js',
  ])
})

test('a simulation thread loads neither the code that reads scenarios nor that of commands', () => {
  expect(loadedWith(['worker.js'])).toEqual(['rolldown-runtime', 'simulation', 'start', 'thread', 'worker.js'])
})

test('the built code is ASCII, since it is read one byte a character', () => {
  const files = readdirSync(join(DIST, 'cli')).filter((name) => name.endsWith('.js'))
  expect(files.filter((name) => readFileSync(join(DIST, 'cli', name)).some((byte) => byte > 127))).toEqual([])
})

test('a run does not load the modules assert, child_process, crypto and perf_hooks of Node', () => {
  const script = `process.on('exit', () => console.error(JSON.stringify(process.moduleLoadList)))
    process.argv.splice(1, Infinity, 'onpath', 'run', '-', '--json')
    require(${JSON.stringify(join(DIST, '..', 'bin', 'start.js'))}).start('main.js')`
  const { stderr, status } = spawnSync(process.execPath, ['-e', script], { input: SMALL_SCENARIO, encoding: 'utf8' })
  expect(status).toBe(0)
  const loaded: unknown = JSON.parse(stderr)
  expect(loaded).toContain('NativeModule fs')
  for (const name of ['assert', 'child_process', 'crypto', 'perf_hooks'])
    expect(loaded).not.toContain(`NativeModule ${name}`)
})

test('the built file of attacks has the text of each attack in the repository', () => {
  const packed = namedAttacks(readFileSync(join(DIST, 'attacks.yaml'), 'utf8'))
  expect(packed.length).toBeGreaterThan(40)
  expect(packed.map(({ name, source }) => [name, source.text])).toEqual([...shippedTexts()])
})

test('the program loads neither scenarios nor simulations before a command is named', () => {
  expect(loadedWith(['main.js'])).toEqual(['main.js', 'rolldown-runtime', 'start'])
})

test('worker threads that a sweep uses several times give the same results as one thread', () => {
  const argv = ['sweep', '-', '--json', '--set', 'expect=[]', '--seeds', '1..8']
  const [one, three] = ['1', '3'].map((jobs) => onpath([...argv, '--jobs', jobs], LOSSY))
  expect([one.status, one.stderr]).toEqual([0, ''])
  expect(one.stdout.match(/"digest"/g)?.length).toBeGreaterThan(16)
  expect(three.stdout).toBe(one.stdout)
})

test('a reader that closes standard output is no error', async () => {
  const child = spawn(process.execPath, [ONPATH, 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  child.stdout.destroy()
  expect(await once(child, 'close')).toEqual([0, null])
  expect(stderr).toBe('')
})

test('a reader that closes standard error does not change the exit code', async () => {
  const child = spawn(process.execPath, [ONPATH, 'validate', '-'], { stdio: ['pipe', 'ignore', 'pipe'] })
  child.stderr.destroy()
  child.stdin.end(BROKEN_SCENARIO)
  expect(await once(child, 'close')).toEqual([3, null])
})

test('a reader that closes standard output does not change the exit code of a command that is finished', async () => {
  const child = spawn(process.execPath, [ONPATH, 'validate', '-', '--json'], { stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdout.destroy()
  child.stdin.end(BROKEN_SCENARIO)
  expect(await once(child, 'close')).toEqual([3, null])
})

test('a signal ends a process whose large output is not read', async () => {
  const workloads = Array.from({ length: 800 }, (_, nth) => `w${nth}: { path: web, requests: 1 }`)
  const text = SMALL_SCENARIO.replace(' visits:', ` ${workloads.join(', ')}, visits:`)
  const child = spawn(process.execPath, [ONPATH, 'run', '-', '--json'], { stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdin.end(text)
  const exit = once(child, 'exit')
  await once(child.stdout, 'readable')
  for (let tries = 0; tries < 50 && child.exitCode === null && child.signalCode === null; tries++) {
    child.kill('SIGTERM')
    await setTimeout(200)
  }
  child.kill('SIGKILL')
  expect(await exit).toEqual([null, 'SIGTERM'])
}, 60_000)

test('several runs stop with exit code 141 if their output is closed, and their folders say why', async () => {
  const folder = aFolder(
    Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [
        `${name}.yaml`,
        (name === 'a' ? SMALL_SCENARIO : LONG_SCENARIO).replace('name: small', `name: ${name}`),
      ]),
    ),
  )
  const out = join(folder, 'out')
  const files = ['a', 'b', 'c'].map((name) => join(folder, `${name}.yaml`))
  const child = spawn(process.execPath, [ONPATH, 'run', ...files, '--out', out], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  child.stdout.destroy()
  expect(await once(child, 'close')).toEqual([141, null])
  expect(readdirSync(join(out, 'a'))).toContain('summary.json')
  const reasonOf = (name: string) => readFileSync(join(out, name, 'unfinished', 'reason.txt'), 'utf8')
  expect(reasonOf('b')).toContain('b, seed 3: interrupted at ')
  expect(reasonOf('c')).toBe('interrupted before it began\n')
}, 60_000)

test('a process that is killed leaves no result, and the next run replaces its remains', async () => {
  const out = join(aFolder(), 'out')
  const child = spawn(process.execPath, [ONPATH, 'run', '-', '--out', out], { stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin.end(LONG_SCENARIO)
  const exit = once(child, 'exit')
  while (!existsSync(join(out, 'unfinished', 'scenario.yaml')) && child.exitCode === null) await setTimeout(10)
  const busy = onpath(['run', '-', '--out', out], SMALL_SCENARIO)
  expect([busy.status, busy.stderr]).toEqual([2, expect.stringContaining(`process ${child.pid} on `)])
  child.kill('SIGKILL')
  await exit
  expect(readdirSync(out)).toEqual(['unfinished'])
  expect(onpath(['run', '-', '--out', out], SMALL_SCENARIO).status).toBe(0)
  expect(readdirSync(out).sort()).toEqual([
    'SHA256SUMS',
    'packets.digest',
    'results.csv',
    'scenario.yaml',
    'summary.json',
  ])
}, 60_000)

test('a result that cannot be written exits with 2 and prints the reason', () => {
  if (!existsSync('/dev/full')) return
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(process.execPath, [ONPATH, 'schema'], { stdio: ['ignore', full, 'pipe'] })
  closeSync(full)
  expect([status, String(stderr)]).toEqual([2, 'onpath: cannot write to standard output: the disk is full\n'])
})

test('a disk that is full in the middle of a large text is an error', () => {
  if (!existsSync('/bin/sh')) return
  const file = join(aFolder(), 'schema.json')
  const command = `ulimit -f 100; exec '${process.execPath}' '${ONPATH}' schema > '${file}'`
  const { status, stderr } = spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([2, expect.stringContaining('onpath: cannot write to standard output: ')])
})

test('a result that cannot be printed is still written to its folder', () => {
  if (!existsSync('/dev/full')) return
  const out = join(aFolder(), 'out')
  const full = openSync('/dev/full', 'w')
  const { status } = spawnSync(process.execPath, [ONPATH, 'run', '-', '--out', out], {
    input: SMALL_SCENARIO,
    stdio: ['pipe', full, 'ignore'],
  })
  closeSync(full)
  expect([status, readdirSync(out)]).toEqual([2, expect.arrayContaining(['SHA256SUMS', 'summary.json'])])
  expect(readdirSync(out)).not.toContain('unfinished')
})

test('a signal ends a command that waits for standard input', async () => {
  const child = spawn(process.execPath, [ONPATH, 'run', '-'], { stdio: ['pipe', 'ignore', 'ignore'] })
  await setTimeout(300)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM'])
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends a run with exit code %i, and its folder keeps the partial result as unfinished',
  async (signal, code) => {
    const out = join(aFolder(), 'out')
    const child = spawn(process.execPath, [ONPATH, 'run', '-', '--out', out], { stdio: ['pipe', 'ignore', 'ignore'] })
    child.stdin.end(LONG_SCENARIO)
    const exit = once(child, 'exit')
    while (!existsSync(join(out, 'unfinished', 'scenario.yaml')) && child.exitCode === null) await setTimeout(10)
    child.kill(signal)
    expect(await exit).toEqual([code, null])
    expect(readdirSync(out)).toEqual(['unfinished'])
    const kept = ['owner.json', 'packets.digest', 'reason.txt', 'results.csv', 'scenario.yaml', 'summary.json']
    expect(readdirSync(join(out, 'unfinished')).sort()).toEqual(kept)
  },
  60_000,
)

test('a signal during the planning of a large cluster ends the run within seconds, and says that it never began', async () => {
  const large = `extends: ${fileURLToPath(new URL('../../scenarios/presets/kubeadm-default.yaml', import.meta.url))}\ncluster: { nodes: 5000 }\n`
  const folder = aFolder({ 'large.yaml': large })
  const child = spawn(process.execPath, [ONPATH, 'run', join(folder, 'large.yaml'), '--out', join(folder, 'out')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const exit = once(child, 'exit')
  while (!existsSync(join(folder, 'out', 'unfinished', 'scenario.yaml')) && child.exitCode === null)
    await setTimeout(10)
  child.kill('SIGINT')
  expect(await exit).toEqual([130, null])
  expect(stderr).toContain('kubeadm-default, seed 1: interrupted before the simulation began\n')
}, 60_000)

test('init writes no scenario if it cannot write all of it', () => {
  const folder = aFolder()
  const file = join(folder, 'mine.yaml')
  const limited = ['-c', 'ulimit -f 0; exec "$@"', 'bash', process.execPath, ONPATH, 'init', file]
  const { status, stderr } = spawnSync('bash', limited, { encoding: 'utf8' })
  expect([status, stderr.split('\n')[0]]).toEqual([
    2,
    `onpath: cannot write to ${file}: the file would be larger than is allowed`,
  ])
  expect(readdirSync(folder)).toEqual([])
})

test('a capture that cannot be written does not affect the result, and leaves no file', () => {
  const folder = aFolder()
  const file = join(folder, 'packets.pcapng')
  const text = SMALL_SCENARIO.replace('requests: 2', 'requests: 100')
  // Blocks of 1024 bytes: no file may be larger than 8 KiB.
  const limited = [
    '-c',
    'ulimit -f 8; exec "$@"',
    'bash',
    process.execPath,
    ONPATH,
    'run',
    '-',
    '--json',
    '--pcap',
    file,
  ]
  const { status, stdout, stderr } = spawnSync('bash', limited, { input: text, encoding: 'utf8' })
  expect([status, stderr]).toEqual([2, `onpath: cannot write to ${file}: the file would be larger than is allowed\n`])
  expect(JSON.parse(stdout)).toMatchObject(simulateText(text))
  expect(readdirSync(folder)).toEqual([])
})
