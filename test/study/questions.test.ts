import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { readAttacks, shippedAttacks } from '../../src/disk/read-attacks.ts'
import { simulateText } from '../../src/index.ts'
import { CHECK_FORMATS, MATRIX_FORMATS } from '../../src/report/formats.ts'
import { PLAIN_SCREEN } from '../../src/report/screen/screen.ts'
import { run } from '../../src/simulation/run.ts'
import {
  check,
  compare,
  findLimits,
  Interrupted,
  inPlace,
  readCheck,
  readLimits,
  readSide,
  readSweep,
  sweepPoints,
  tryMatrix,
  UnreadableText,
} from '../../src/study/index.ts'
import { allOf } from '../fixtures/all-of.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { UNVERIFIED } from '../fixtures/ruled-cluster.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const simulate: Simulate = async (scenario, { recordPackets, maxEvents }) =>
  run(scenario, { recordPackets, ...(maxEvents === undefined ? {} : { maxEvents }) })

/** Asks the command line about a text, and returns the JSON that it prints. */
async function asked(text: string, command: string, ...words: readonly string[]) {
  const { out, err } = await invoke([command, '-', ...words, '--json'], { stdin: text, simulate })
  if (out === '') throw new Error(err)
  return out
}

const PRINTING = { screen: PLAIN_SCREEN, showsAll: false }

/** Returns what a text of JSON has, without the commands that repeat it, which name options of the command line. */
function withoutCommands(text: string): unknown {
  return JSON.parse(text, (key, value) => (key === 'reproduce' || key === 'look' ? undefined : value))
}

const TODAY = '2027-03-01'
const NARROW = { paths: ['logs'], techniques: ['impersonate-server', 'eavesdrop'] }
const NARROW_WORDS = ['--path', 'logs', '--technique', ...NARROW.techniques]

function planOf(isMatrix: boolean, policy: readonly string[] = []) {
  const names = isMatrix ? [] : shippedAttacks()
  const attacks = names.map((name, i) => ({ name, source: readAttacks(names)[i] }))
  const read = readCheck({ file: '-', text: UNVERIFIED }, { policy }, { ...NARROW, attacks, isMatrix })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.plan
}

describe('a question in place has the answer of the command line', () => {
  test('check in the library has the answer of the command line', async () => {
    const { result } = await check(planOf(false), { today: TODAY }, inPlace())
    expect(result.findings.length).toBeGreaterThan(0)
    expect(result.findings[0].reproduce).toMatch(/^npx onpath check - --path logs /)
    expect(withoutCommands(CHECK_FORMATS.json.write([result], PRINTING))).toEqual(
      withoutCommands(await asked(UNVERIFIED, 'check', ...NARROW_WORDS, '--today', TODAY)),
    )
  })

  test('matrix in the library has the answer of the command line, with a judging policy', async () => {
    const found = await tryMatrix(planOf(true, ['never read']), { today: TODAY }, inPlace())
    const words = [...NARROW_WORDS, '--policy', 'never read', '--today', TODAY]
    expect(found.check?.passed).toBe(false)
    expect(withoutCommands(MATRIX_FORMATS.json.write([found], PRINTING))).toEqual(
      withoutCommands(await asked(UNVERIFIED, 'matrix', ...words)),
    )
  })

  test('limits in the library has the answer of the command line', async () => {
    const text = 'version: 1\nname: small\nkubernetes: "1.30"\ncluster: { nodes: 1 }\n'
    const read = readLimits({ file: '-', text }, {})
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const options = { axes: ['outage'], criteria: ['logs'], profiles: ['as-it-is'], seeds: [1] }
    const words = ['--axis', 'outage', '--only', 'logs', '--profile', 'as-it-is', '--seeds', '1']
    const found = await findLimits(read.subject, options, inPlace())
    expect(withoutCommands(JSON.stringify(found))).toEqual(withoutCommands(await asked(text, 'limits', ...words)))
  })

  test('sweep in the library has the answer of the command line, also for points that use up their events', async () => {
    const sweep = ['links.wire.loss=[0%, 1%]']
    const read = readSweep({ file: '-', text: SMALL_SCENARIO }, { sweep, seeds: '1..2' })
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const swept = await allOf(sweepPoints(read.sweep, inPlace()))
    const told = (await asked(SMALL_SCENARIO, 'sweep', '--sweep', sweep[0], '--seeds', '1..2')).trim().split('\n')
    expect(swept.map(({ outcome }) => outcome.kind === 'result' && outcome.result.digest)).toEqual(
      told.map((line) => JSON.parse(line).digest),
    )
    expect(swept.map(({ point, seed }) => [...point.map(({ label }) => label), seed])).toEqual([
      ['0%', '1', 1],
      ['0%', '2', 2],
      ['1%', '1', 1],
      ['1%', '2', 2],
    ])
    const stopped = await allOf(sweepPoints(read.sweep, inPlace(), { maxEvents: 3 }))
    expect(stopped.map(({ outcome }) => outcome.kind)).toEqual(Array.from({ length: 4 }, () => 'events-used-up'))
  })
})

test('compare in the library accepts two result texts, and none that is damaged or of another kind', () => {
  const side = (text: string) => readSide('a run', { file: 'summary.json', text, scenario: null })
  const [a, b] = [1, 2].map((seed) => side(JSON.stringify(simulateText(SMALL_SCENARIO, { seed }))))
  expect(compare(a, b)).toMatchObject({ kind: 'results', a: { label: 'a run' }, pairs: [{ name: 'visits' }] })
  expect(() => side('{')).toThrow(UnreadableText)
  expect(() => compare(a, { label: 'times', kind: 'bench', benches: [] })).toThrow(
    'cannot compare a run with times: one is a run and the other a benchmark',
  )
})

test('a study in the library ends when it is interrupted', async () => {
  const stop = new AbortController()
  stop.abort('enough')
  const simulator = inPlace({ interruption: stop.signal })
  await expect(check(planOf(false), { today: TODAY }, simulator)).rejects.toThrow(Interrupted)
})
