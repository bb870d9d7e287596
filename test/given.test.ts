import { describe, expect, test } from 'vitest'
import { importCluster } from '../src/import/index.ts'
import {
  checkDeterminism,
  InvalidOptions,
  loadScenario,
  simulate,
  simulateText,
  simulateWithSamples,
} from '../src/index.ts'
import { capturePackets, storiesAround } from '../src/packets/index.ts'
import { runScenario } from '../src/testing/run-scenario.ts'
import { SMALL_SCENARIO } from './fixtures/scenario-text.ts'

/** Functions as programs in JavaScript call them, with any options. */
type Loose = (...given: readonly unknown[]) => unknown

const loaded = loadScenario({ text: SMALL_SCENARIO, file: 'small.yaml' })
const scenario = loaded.ok ? loaded.scenario : null

const CALLS: Readonly<Record<string, (options: unknown) => unknown>> = {
  loadScenario: (options) => (loadScenario as Loose)({ text: SMALL_SCENARIO, file: 'a' }, options),
  simulate: (options) => (simulate as Loose)(scenario, options),
  simulateText: (options) => (simulateText as Loose)(SMALL_SCENARIO, options),
  simulateWithSamples: (options) => (simulateWithSamples as Loose)(scenario, [], options),
  checkDeterminism: (options) => (checkDeterminism as Loose)(scenario, options),
  capturePackets: (options) => (capturePackets as Loose)(scenario, options),
  storiesAround: (options) => (storiesAround as Loose)(scenario, [], options),
  importCluster: (options) => (importCluster as Loose)([], options),
  runScenario: (options) => (runScenario as Loose)({ text: SMALL_SCENARIO }, options),
}

/** Values that no option takes. */
const NO_OPTION = [Number.NaN, -1, 0.5, Symbol('x'), 10n, null]

/** The options of each function, each with a value that it takes. */
const OPTIONS: Readonly<Record<string, object>> = {
  loadScenario: { seed: 1, set: [], policy: [], attacks: [], congestionControls: {} },
  simulate: { maxEvents: 1e6, maxMemoryBytes: 1e9, observers: [], congestionControls: {}, rules: [], attackers: [] },
  simulateText: { seed: 1, set: [], policy: [], attacks: [], maxEvents: 1e6, maxMemoryBytes: 1e9, rules: [] },
  simulateWithSamples: { maxEvents: 1e6, maxMemoryBytes: 1e9, observers: [] },
  checkDeterminism: { observers: [], congestionControls: {}, rules: [], attackers: [] },
  capturePackets: { of: 'wire', isPlaintext: false, mostBytes: 1e6, maxEvents: 1e6, maxMemoryBytes: 1e9 },
  storiesAround: { most: 5, maxEvents: 1e6, maxMemoryBytes: 1e9, onProgress: () => {}, shouldStop: () => false },
  importCluster: { network: 'public', allNodes: true, nodesOfKind: 2, nowS: 1, kubernetes: '1.30', pools: new Map() },
  runScenario: { seed: 1, set: [], attack: [] },
}

describe.each(Object.keys(CALLS))('%s', (name) => {
  test('a library function accepts each of its options, and none of them', () => {
    expect(() => CALLS[name](OPTIONS[name])).not.toThrow()
    const absent = Object.fromEntries(Object.keys(OPTIONS[name]).map((key) => [key, undefined]))
    expect(() => CALLS[name](absent)).not.toThrow()
  })

  test('a library function refuses an option of the wrong type, with the name, the expected type and the given value', () => {
    const accepted = Object.keys(OPTIONS[name]).flatMap((key) =>
      NO_OPTION.flatMap((value) => {
        // Seeds and times can be negative, and times have fractions.
        if (typeof value === 'number' && ((key === 'seed' && value === -1) || (key === 'nowS' && value <= 1))) return []
        try {
          CALLS[name]({ [key]: value })
          return [[key, String(value)]]
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidOptions)
          expect(String(error)).toContain(`the option of ${name} ${key} must be a`.slice(0, -1))
          expect(String(error)).toContain(`, and is ${String(value)}`)
          return []
        }
      }),
    )
    expect(accepted).toEqual([])
  })

  test('a library function refuses an unknown option, and suggests the one that was meant', () => {
    for (const key of Object.keys(OPTIONS[name])) {
      const misspelt = `${key.slice(0, -1)}${key.at(-1) === 'x' ? 'y' : 'x'}`
      expect(() => CALLS[name]({ [misspelt]: 1 })).toThrow(`there is no option of ${name} named ${misspelt}; `)
    }
    for (const options of [5, 'x', [], null]) expect(() => CALLS[name](options)).toThrow(InvalidOptions)
  })
})

test.each([
  ['maxEvents', Number.NaN, 'the option of simulate maxEvents must be a whole number from 1, and is NaN'],
  ['maxMemoryBytes', -5, 'the option of simulate maxMemoryBytes must be a whole number from 1, and is -5'],
  ['maxEvent', 5, 'there is no option of simulate named maxEvent; did you mean maxEvents?'],
  ['rules', [null], 'the option of simulate rules must be a list of rules, each an object, and is a list of 1'],
])('simulate says what is wrong with %s: %s', (key, value, message) => {
  expect(() => CALLS.simulate({ [key]: value })).toThrow(message)
})

test('all problems of library options are reported at once', () => {
  expect(() => CALLS.simulateText({ seed: '7', set: 'a=1', sett: [] })).toThrow(
    'there is no option of simulateText named sett; did you mean set?\nthe option of simulateText seed must be a whole number, and is "7"\nthe option of simulateText set must be a list of texts, each a text, and is "a=1"',
  )
})

test('library arguments of the wrong type are refused by name', () => {
  const calls: readonly (readonly [call: () => unknown, message: string])[] = [
    [
      () => (loadScenario as Loose)('version: 1'),
      'the keys of the source of loadScenario are an object with text, file',
    ],
    [
      () => (loadScenario as Loose)({ text: 5, file: 'a' }),
      'the key of the source of loadScenario text must be a text',
    ],
    [
      () => (loadScenario as Loose)({ text: '' }),
      'the key of the source of loadScenario file must be a text, and is und',
    ],
    [() => (simulate as Loose)(loaded), 'the scenario of simulate must be the `scenario` that loadScenario returns'],
    [() => (simulate as Loose)(), 'the scenario of simulate must be'],
    [() => (simulateText as Loose)(5), 'the text of simulateText must be a text, and is 5'],
    [() => (simulateWithSamples as Loose)(scenario, 5), 'the requests of simulateWithSamples must be a list'],
    [() => (checkDeterminism as Loose)(scenario), 'the options of checkDeterminism are an object'],
    [() => (capturePackets as Loose)(null), 'the scenario of capturePackets must be'],
    [() => (storiesAround as Loose)(scenario, [null]), 'the pointers of storiesAround must be a list of pointers'],
    [() => (importCluster as Loose)('x'), 'the files of importCluster must be a list of files'],
    [() => (importCluster as Loose)([{ path: 'a' }]), 'the files of importCluster must be a list of files'],
    [() => (runScenario as Loose)(5), 'the keys of the scenario of runScenario are an object with text'],
    [() => (runScenario as Loose)({ text: 5 }), 'the key of the scenario of runScenario text must be a text, and is 5'],
  ]
  for (const [call, message] of calls) expect(call).toThrow(message)
})
