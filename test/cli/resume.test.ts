import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../src/cli/sha256.ts'
import { InterruptedBeforeStart } from '../../src/cli/simulation/interrupted-before-start.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { SWEEP_OPTIONS, unchangingWords } from '../../src/cli/sweep/sweep-options.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { run } from '../../src/simulation/run.ts'
import { encodeRecord } from '../../src/study/sweep/record.ts'
import { optionName } from '../../src/values/option-name.ts'
import { failingFiles } from '../fixtures/failing-files.ts'
import { cannedRun, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { LOSSY } from '../fixtures/scenario-text.ts'

const NEVER = Number.POSITIVE_INFINITY

/** Sweeps into a folder, and returns what was printed and which runs were simulated: `LOSS SEED`. */
async function sweep(out: string, argv: readonly string[] = [], stdin = LOSSY, fail: Simulate = really) {
  const simulated: string[] = []
  const simulate: Simulate = (scenario, options) => {
    const { seed, links } = scenario.blueprint
    simulated.push(`${links[0].forward.lossRatio} ${seed}`)
    return fail(scenario, options)
  }
  const files = failingFiles({ nth: NEVER, how: 'killed' })
  const spoken = await invoke(['sweep', '-', '--json', '--jobs', '1', '--out', out, ...argv], {
    stdin,
    simulate,
    files,
  })
  return { ...spoken, simulated }
}

const really: Simulate = async (scenario, options) => run(scenario, options)
const ALL = ['0 1', '0 2', '0 3', '0.01 1', '0.01 2', '0.01 3']

describe('sweep --resume', () => {
  test('sweep --resume runs nothing after a complete sweep, and prints and writes the same', async () => {
    const out = join(aFolder(), 'out')
    const first = await sweep(out)
    const csv = readFileSync(join(out, 'sweep.csv'), 'utf8')
    expect(first.simulated).toEqual(ALL)
    const again = await sweep(out, ['--resume'])
    expect([again.simulated, again.code, again.out]).toEqual([[], first.code, first.out])
    expect(again.err).toContain(`onpath: 6 results of 6 were in ${out} already\n`)
    expect(readFileSync(join(out, 'sweep.csv'), 'utf8')).toBe(csv)
  })

  test('without --resume a sweep runs everything again', async () => {
    const out = join(aFolder(), 'out')
    await sweep(out)
    expect((await sweep(out)).simulated).toEqual(ALL)
  })

  test.each([
    ['more seeds', ['--seeds', '1..4'], LOSSY, ['0 4', '0.01 4']],
    ['another value', ['--sweep', 'links.wire.loss=[0%, 2%]'], LOSSY, ['0.02 1', '0.02 2', '0.02 3']],
    ['values in another order', ['--sweep', 'links.wire.loss=[1%, 0%]', '--seeds', '3,1'], LOSSY, []],
    ['a comment', [], `# a comment\n${LOSSY}`, []],
    ['another delay', ['--set', 'links.wire.delay=11ms'], LOSSY, ALL],
    ['a limit of events', ['--max-events', '1000000'], LOSSY, ALL],
  ])('sweep --resume runs only what %s adds or changes', async (_, argv, text, expected) => {
    const out = join(aFolder(), 'out')
    await sweep(out)
    expect((await sweep(out, ['--resume', ...argv], text)).simulated).toEqual(expected)
    expect((await sweep(out, ['--resume'])).simulated).toEqual([])
  })

  test('sweep --resume runs damaged results again, and names their files', async () => {
    const out = join(aFolder(), 'out')
    const first = await sweep(out)
    const [a, b] = readdirSync(join(out, 'points')).map((name) => join(out, 'points', name))
    writeFileSync(a, '')
    writeFileSync(b, readFileSync(b, 'utf8').replace('"seed":', '"sead":'))
    const again = await sweep(out, ['--resume'])
    expect([again.simulated.length, again.out]).toEqual([2, first.out])
    for (const path of [a, b]) expect(again.err).toContain(`onpath: ${path} was damaged, so its point was run again\n`)
  })

  test('sweep --resume repeats runs that had no result: a bug, too little memory, an interruption', async () => {
    const out = join(aFolder(), 'out')
    const failing: Simulate = async (scenario, options) => {
      const { seed } = scenario.blueprint
      if (seed === 1) throw new TypeError('x is not a function')
      if (seed === 2) throw new BudgetExceeded(0, 0, 'memory')
      const { result, packetDigests } = await really(scenario, options)
      return { result: { ...result, ended: 'interrupted' }, packetDigests }
    }
    expect((await sweep(out, [], LOSSY, failing)).code).toBe(1)
    expect(readdirSync(join(out, 'points'))).toEqual([])
    expect((await sweep(out, ['--resume'])).simulated).toEqual(ALL)
  })

  test('sweep --resume runs again what needed more memory than --max-memory', async () => {
    const out = join(aFolder(), 'out')
    const first = await sweep(out, ['--max-memory', '1KiB'])
    expect([first.code, readdirSync(join(out, 'points'))]).toEqual([7, []])
    expect((await sweep(out, ['--resume'])).simulated).toEqual(ALL)
  })

  test('sweep --resume takes a run that used up its events from the folder, with the same message', async () => {
    const out = join(aFolder(), 'out')
    const first = await sweep(out, ['--max-events', '3'])
    const again = await sweep(out, ['--max-events', '3', '--resume'])
    expect([first.code, again.code, again.simulated, again.out]).toEqual([7, 7, [], first.out])
    expect(again.err).toContain('stopped after 3 events, the limit of --max-events')
  })

  test('sweep --resume needs a folder, as does --shard, which needs a part of a whole', async () => {
    const { code, err } = await invoke(['sweep', '-', '--resume'], { stdin: LOSSY })
    expect([code, err]).toEqual([2, expect.stringContaining('--resume needs --out, the folder for the results')])
    const shard = await invoke(['sweep', '-', '--shard', '1/2'], { stdin: LOSSY })
    expect([shard.code, shard.err]).toEqual([2, expect.stringContaining('--shard needs --out')])
    for (const wrong of ['0/2', '3/2', '1/0', '1', 'a/b', '1/2/3', '-1/2', '1.5/2', '1/10001', ''])
      expect((await invoke(['sweep', '-', '--shard', wrong, '--out', 'x'], { stdin: LOSSY })).code).toBe(2)
  })
})

describe('the command that goes on with a sweep', () => {
  /** The options that it does not repeat: those that it has in another form, and those of a command that runs nothing. */
  const NOT_REPEATED = ['index', 'shards', 'emitJob', 'image', 'volume', 'parallelism', 'scenarioPath', 'seed']

  test('the command that continues a sweep has every option that was given', async () => {
    const folder = aFolder()
    const given = [
      ...[
        '--sweep',
        'links.wire.loss=[0%, 1%]',
        '--seeds',
        '1..3',
        '--set',
        'duration=5s',
        '--attack',
        'eavesdrop.yaml',
      ],
      ...['--jobs', '2', '--max-events', '9', '--max-memory', '3GiB', '--json', '--report', join(folder, 'x.html')],
      ...['--out', join(folder, 'out'), '--resume', '--prune', '--exit-zero'],
    ]
    const repeated = unchangingWords({
      ...{ set: [], sweep: [], attack: [], jobs: 2, csv: true, report: 'x.html', prune: true, exitZero: true },
      ...{ queue: 'rediss://queue', queueCa: 'ca', queueCert: 'cert', queueKey: 'key' },
    })
    expect(repeated.join(' ')).toBe(
      '--csv --jobs 2 --queue rediss://queue --queue-ca ca --queue-cert cert --queue-key key --report x.html --prune --exit-zero',
    )
    const all = [...given, ...repeated, '--shard'].join(' ')
    for (const key of Object.keys(SWEEP_OPTIONS))
      if (!NOT_REPEATED.includes(key)) expect(all, key).toContain(`--${optionName(key)}`)
  })

  test('the command that continues a sweep is printed when the sweep stops', async () => {
    const folder = aFolder()
    const out = join(folder, 'out')
    const options = ['--max-memory', '3GiB', '--report', join(folder, 'x.html'), '--exit-zero']
    const stopped: Simulate = () => Promise.reject(new InterruptedBeforeStart(130))
    const { err } = await sweep(out, [...options, '--prune'], LOSSY, stopped)
    expect(err).toContain(
      `go on with: npx onpath sweep - --max-memory 3221225472B --out ${out} --resume --json --jobs 1 --report ${join(folder, 'x.html')} --prune --exit-zero\n`,
    )
    expect((await sweep(out, ['--max-memory', '3221225472B', '--resume'])).simulated).toEqual(ALL)
  })
})

describe('sweep --prune', () => {
  const pointsIn = (out: string) => readdirSync(join(out, 'points'))

  test('sweep --prune removes at its end the results that are not of the sweep', async () => {
    const out = join(aFolder(), 'out')
    await sweep(out)
    await sweep(out, ['--seeds', '1..2', '--set', 'links.wire.delay=11ms'])
    writeFileSync(join(out, 'points', 'notes.txt'), 'mine')
    expect(pointsIn(out)).toHaveLength(11)
    const pruned = await sweep(out, ['--resume', '--prune'])
    expect(pruned.simulated).toEqual([])
    expect(pruned.err).toContain(`onpath: 4 results of other sweeps or builds removed from ${out}\n`)
    expect(pointsIn(out)).toHaveLength(7)
    expect((await sweep(out, ['--resume'])).simulated).toEqual([])
  })

  test('sweep --prune keeps results of other shards of this build, and removes lists of other builds', async () => {
    const out = join(aFolder(), 'out')
    await sweep(out, ['--shard', '1/2', '--set', 'links.wire.delay=11ms'])
    const list = join(out, 'shards', '1-of-2.json')
    const { sweep: described, ...manifest } = JSON.parse(readFileSync(list, 'utf8').split('\n')[1])
    await sweep(out, ['--prune'])
    expect(pointsIn(out)).toHaveLength(9)
    writeFileSync(list, encodeRecord('1-of-2.json', { ...manifest, sweep: { ...described, build: '0.0.1+x' } }, sha256))
    await sweep(out, ['--prune', '--resume'])
    expect([pointsIn(out).length, readdirSync(join(out, 'shards'))]).toEqual([6, []])
  })

  test('sweep --prune deletes nothing behind a symbolic link in place of the results, as any sweep', async () => {
    const out = join(aFolder(), 'out')
    await sweep(out)
    for (const name of ['points', 'shards']) {
      const linked = aFolder()
      symlinkSync(join(out, 'points'), join(linked, name))
      for (const argv of [['--resume'], ['--prune'], ['--shard', '1/2']]) {
        const { code, err, simulated } = await sweep(linked, [...argv, '--seeds', '4'])
        expect([code, simulated]).toEqual([2, []])
        expect(err).toContain(`onpath: cannot write to ${linked}: its ${name} is not a folder\n`)
      }
    }
    expect(pointsIn(out)).toHaveLength(6)
  })

  test('sweep --prune removes nothing if the sweep is incomplete', async () => {
    const out = join(aFolder(), 'out')
    await sweep(out)
    const stopped: Simulate = () => Promise.reject(new InterruptedBeforeStart(130))
    await sweep(out, ['--set', 'links.wire.delay=11ms', '--prune'], LOSSY, stopped)
    expect((await sweep(out, ['--resume'])).simulated).toEqual([])
  })

  test('--prune is accepted for merge and for a whole sweep with a folder', async () => {
    const out = join(aFolder(), 'out')
    expect((await invoke(['sweep', '-', '--prune'], { stdin: LOSSY })).err).toContain('--prune needs --out')
    expect((await sweep(out, ['--shard', '1/2', '--prune'])).err).toContain('--prune is for a whole sweep')
    expect((await invoke(['merge', out, '--prune'])).err).toContain('--prune needs --out')
    await sweep(out, ['--shard', '1/1'])
    const merged = join(aFolder(), 'merged')
    await sweep(merged, ['--set', 'links.wire.delay=11ms'])
    expect((await invoke(['merge', out, '--out', merged, '--prune'])).err).toContain('6 results of other sweeps')
    expect(pointsIn(merged)).toEqual(pointsIn(out))
  })
})

describe('a shard', () => {
  test('a shard that two processes run at the same time is complete', async () => {
    const out = join(aFolder(), 'shared')
    const both = await Promise.all([1, 2].map(() => sweep(out, ['--shard', '1/1'])))
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    const one = await sweep(join(aFolder(), 'whole'))
    const merged = await invoke(['merge', '--json', out])
    expect([merged.code, merged.out]).toEqual([0, one.out])
    expect(readdirSync(join(out, 'points')).length).toBe(6)
  })

  test('a shard without points, of more shards than points, can be merged', async () => {
    const out = join(aFolder(), 'shared')
    for (let i = 1; i <= 8; i++)
      expect((await sweep(out, ['--shard', `${i}/8`])).simulated).toEqual(ALL.slice(i - 1, i))
    expect((await invoke(['merge', '--json', out])).out).toBe((await sweep(join(aFolder(), 'whole'))).out)
  })

  test('a shard refuses a folder with other files, and does not change it', async () => {
    const out = aFolder({ 'notes.txt': 'mine' })
    const { code, err, simulated } = await sweep(out, ['--shard', '1/2'])
    expect([code, simulated, readdirSync(out)]).toEqual([2, [], ['notes.txt']])
    expect(err).toContain('it holds other files')
    const file = aFolder({ points: 'a file' })
    expect((await sweep(file, ['--shard', '1/2'])).code).toBe(2)
  })

  test('a shard reports problems of its own points, and not of others', async () => {
    const stdin = LOSSY.replace('seed: 1..3', 'seed: [1]').replace('1%]', '1%, 101%]')
    const codes = []
    for (const shard of ['1/3', '2/3', '3/3']) {
      const out = join(aFolder(), 'out')
      codes.push((await sweep(out, ['--shard', shard], stdin)).code)
    }
    expect(codes).toEqual([0, 0, 3])
  })

  test('a shard replaces the list of another split, so that a folder can be split anew', async () => {
    const out = join(aFolder(), 'shared')
    for (const shard of ['1/3', '2/3']) await sweep(out, ['--shard', shard])
    for (const shard of ['1/2', '2/2']) await sweep(out, ['--shard', shard, '--resume'])
    expect(readdirSync(join(out, 'shards')).sort()).toEqual(['1-of-2.json', '2-of-2.json'])
    expect((await invoke(['merge', out])).code).toBe(0)
  })
})

test('check exits with 7 if the memory does not suffice, and this is no bug', async () => {
  const simulate: Simulate = async () => {
    throw new BudgetExceeded(0, 5_000_000, 'memory')
  }
  const { code, err } = await invoke(['matrix', '-'], { stdin: LOSSY, simulate })
  expect([code, err]).toEqual([7, expect.stringMatching(/^onpath: stopped, since its state needs more memory/)])
  expect((await invoke(['matrix', '-'], { stdin: LOSSY, simulate: async (one) => cannedRun(one) })).code).toBe(0)
})
