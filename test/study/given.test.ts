import { describe, expect, test } from 'vitest'
import {
  check,
  compare,
  findFix,
  findLimits,
  fixableOf,
  InvalidOptions,
  inPlace,
  readCheck,
  readLimits,
  readSide,
  readSweep,
  simulateAll,
  sweepPoints,
  tryMatrix,
} from '../../src/study/index.ts'
import { UNVERIFIED } from '../fixtures/ruled-cluster.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

/** Functions as programs in JavaScript call them, with anything. */
type Loose = (...given: readonly unknown[]) => unknown

const SOURCE = { text: UNVERIFIED, file: 'cluster.yaml' }
const SMALL = { text: SMALL_SCENARIO, file: 'small.yaml' }
const read = readCheck(SOURCE, {}, { vantages: [] })
const limits = readLimits(SOURCE)
const swept = readSweep(SMALL)
if (!read.ok || !limits.ok || !swept.ok) throw new Error('the scenarios of this test are invalid')
const { plan } = read
const simulator = inPlace()
const today = '2027-03-01'
const fixable = fixableOf({ source: SOURCE, imported: null })

/** Each function with options, with the value that each option takes. */
const CALLS: Readonly<Record<string, readonly [call: (options: object) => unknown, options: object]>> = {
  inPlace: [inPlace as Loose, { interruption: new AbortController().signal }],
  readCheck: [(options) => (readCheck as Loose)(SOURCE, options), { seed: 1, set: [], policy: [], attacks: [] }],
  'the scope of readCheck': [
    (part) => (readCheck as Loose)(SOURCE, {}, part),
    { attacks: [], areNamed: false, isMatrix: true, paths: ['logs'], places: null, vantages: [], techniques: null },
  ],
  check: [
    (options) => (check as Loose)(plan, { today, ...options }, simulator),
    { today, scans: null, scannerReport: null, commands: () => ({ reproduce: '', look: null }) },
  ],
  tryMatrix: [(options) => (tryMatrix as Loose)(plan, { today, ...options }, simulator), { today, scans: [] }],
  findFix: [
    (options) => (findFix as Loose)(fixable, plan, new Map(), { today, ...options }, simulator),
    { today, write: () => ({ written: null }) },
  ],
  readLimits: [(options) => (readLimits as Loose)(SOURCE, options), { seed: 1, set: [], policy: [], attacks: [] }],
  findLimits: [
    (options) => (findLimits as Loose)(limits.subject, { axes: ['none'], ...options }, simulator),
    { axes: ['none'], criteria: ['logs'], profiles: ['as-it-is'], seeds: [1] },
  ],
  readSweep: [(options) => (readSweep as Loose)(SMALL, options), { seed: 1, set: [], sweep: [], seeds: '1..2' }],
  sweepPoints: [(options) => (sweepPoints as Loose)(swept.sweep, simulator, options), { maxEvents: 1 }],
}

const messageOf = async (call: () => unknown): Promise<string> => {
  try {
    await call()
    return 'nothing'
  } catch (error) {
    return error instanceof InvalidOptions ? error.message : `no InvalidOptions: ${String(error)}`
  }
}

describe.each(Object.entries(CALLS))('%s', (name, [call, options]) => {
  const ITS = 'there is no axis none; there are '

  test('a study function accepts each of its options', async () => {
    const message = await messageOf(() => call(options))
    // No axis is named so, which is noticed after the options are checked.
    if (name === 'findLimits') expect(message).toContain(ITS)
    else expect(message).toBe('nothing')
  })

  test.each(Object.keys(options))('a study function refuses a value of another type for %s', async (key) => {
    for (const value of [Number.NaN, 0.5, -1, Symbol('x'), 10n, [Number.NaN], [null]]) {
      // Seeds are negative too.
      if (key === 'seed' && value === -1) continue
      expect(await messageOf(() => call({ [key]: value }))).toMatch(new RegExp(` ${key} must be .*, and is `, 's'))
    }
  })

  test('a study function refuses an unknown option, and suggests the one that was meant', async () => {
    const [key] = Object.keys(options)
    expect(await messageOf(() => call({ [`${key}x`]: 1 }))).toContain(`named ${key}x; did you mean ${key}?`)
  })
})

test.each<[what: string, call: () => unknown, message: string]>([
  ['a day that is none', () => check(plan, { today: '2027-02-30' }, simulator), 'today must be a day such as'],
  ['no day', () => (findFix as Loose)(fixable, plan, new Map(), {}, simulator), 'today must be a day such as'],
  [
    'a read check in place of its plan',
    () => (check as Loose)(read, { today }, simulator),
    'the plan of check must be',
  ],
  ['results that are no Map', () => (findFix as Loose)(fixable, plan, {}, { today }, simulator), 'must be a Map'],
  ['a technique that nothing has', () => readCheck(SOURCE, {}, { techniques: ['relai'] }), 'did you mean relay?'],
  ['a path that nothing has', () => readCheck(SOURCE, {}, { paths: ['lgos'] }), 'there is no path lgos'],
  ['a source without a name', () => (readSweep as Loose)({ text: '' }), 'the source of readSweep must be'],
  ['a text in place of a source', () => (readLimits as Loose)(''), 'the source of readLimits must be'],
  ['no seeds', () => findLimits(limits.subject, { seeds: [] }, simulator), 'seeds must be'],
  ['no axes', () => findLimits(limits.subject, { axes: [] }, simulator), 'axes must be'],
  ['texts without a name', () => (readSide as Loose)('a', { text: '' }), 'file must be a text'],
  ['sides that are texts', () => (compare as Loose)('', ''), 'the first side of compare must be what readSide returns'],
  ['a subject without a source', () => (fixableOf as Loose)({}), 'the subject of fixableOf must be what importSubject'],
  [
    'scenarios that were not read',
    () => (simulateAll as Loose)([''], simulator),
    'the scenarios of simulateAll must be',
  ],
])('a study of %s is refused', async (_, call, message) => {
  expect(await messageOf(call)).toContain(message)
})

test.each<[what: string, simulator: unknown, message: string]>([
  ['nothing', undefined, 'the simulator of sweepPoints must be an object, and is undefined'],
  [
    'a number of jobs that is none',
    { ...simulator, jobs: Number.NaN },
    'jobs must be a whole number from 1, and is NaN',
  ],
  ['endless jobs', { ...simulator, jobs: Number.POSITIVE_INFINITY }, 'jobs must be a whole number from 1'],
  ['no function', { jobs: 1 }, 'simulate must be a function, and is undefined'],
  [
    'a controller as its signal',
    { ...simulator, interruption: new AbortController() },
    'interruption must be an AbortSig',
  ],
  ['too few results', { jobs: 1, simulate: async () => [] }, 'one for each of 1 scenarios, and returned a list of 0'],
  ['no results', { jobs: 1, simulate: () => undefined }, 'and returned undefined'],
])('a simulator that is or returns %s is refused', async (_, given, message) => {
  const first = () => (sweepPoints as (...given: readonly unknown[]) => AsyncGenerator)(swept.sweep, given).next()
  expect(await messageOf(first)).toContain(message)
})

test('a simulator may be an object of a class with additional members', async () => {
  class Own {
    readonly name = 'mine'
    readonly jobs = 1
    simulate = simulator.simulate
  }
  expect((await sweepPoints(swept.sweep, new Own()).next()).value).toMatchObject({ outcome: { kind: 'result' } })
})
