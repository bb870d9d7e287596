import { describe, expect, test } from 'vitest'
import { namesOf } from '../../src/engine/registry.ts'
import {
  type CongestionControl,
  type CongestionControlDescriptor,
  type Connection,
  congestionStateAt,
  formatProblem,
  InvalidOwnCode,
  loadScenario,
  OwnCodeFailed,
  simulate,
} from '../../src/index.ts'
import { CONGESTION_CONTROLS } from '../../src/transport/congestion/congestion-controls.ts'
import type { OwnColumn } from '../../src/transport/connections/congestion-control.ts'
import { downloads, forkedAt, load, PLAIN, runWith } from './lab.ts'

/** A control that counts the ACKs in its state, and stops growing after a hundred. */
const TIRED: CongestionControlDescriptor = {
  description: 'stops to grow after a hundred ACKs',
  standard: {
    ...PLAIN.standard,
    onAcknowledged(connections, connection, segments, tick) {
      if (++connections.congestionState[congestionStateAt(connection)] > 100) return
      PLAIN.standard.onAcknowledged(connections, connection, segments, tick)
    },
  },
}

function put(column: OwnColumn, connection: Connection, value: number): void {
  column[connection] = value
}

function withHook(hook: Partial<CongestionControl>) {
  return { congestionControls: { mine: { ...PLAIN, standard: { ...PLAIN.standard, ...hook } } } }
}

describe('a congestion control of a user', () => {
  test('a user’s congestion control that does what Reno does gives the result of Reno', () => {
    const plain = runWith({ congestionControls: { plain: PLAIN } }, downloads('plain'))
    expect(plain).toEqual(runWith({}, downloads('reno')))
    expect(plain.digest).not.toBe(runWith({}, downloads('cubic')).digest)
  })

  test('a user’s congestion control that does something else gives another result, the same each time', () => {
    const own = { congestionControls: { tired: TIRED } }
    const result = runWith(own, downloads('tired'))
    expect(result.digest).not.toBe(runWith({}, downloads('reno')).digest)
    expect(runWith(own, downloads('tired'))).toEqual(result)
  })

  test('a user’s congestion control is forked with its state', () => {
    const { whole, parent, fork } = forkedAt(400_000_000, { congestionControls: { tired: TIRED } }, downloads('tired'))
    expect([parent, fork]).toEqual([whole, whole])
  })

  test.each([
    [
      'sets a window that is no number',
      { onAcknowledged: (table, row) => put(table.congestionWindow, row, Number.NaN) },
      /^congestion control mine: onAcknowledged\(\) set congestionWindow to NaN; it must be a finite number of segments, at least 1, at \d+ ns$/,
    ],
    [
      'sets a window below zero',
      { onRoundTrip: (table, row) => put(table.congestionWindow, row, -3) },
      /onRoundTrip\(\) set congestionWindow to -3; it must be/,
    ],
    [
      'sets a threshold of zero',
      {
        onTimeout: (table, row) => put(table.slowStartThreshold, row, 0),
        initialize: (table, row) => put(table.slowStartThreshold, row, 0),
      },
      /initialize\(\) set slowStartThreshold to 0; it must be a number of segments, at least 2/,
    ],
    [
      'returns a threshold of less than two segments',
      { thresholdAfterLoss: () => 1 },
      /thresholdAfterLoss\(\) returned 1; it must return a finite number of segments, at least 2, at \d+ ns/,
    ],
    [
      'paces at a rate that is no number',
      { onRoundTrip: (table, row) => put(table.pacingBytesPerS, row, Number.NaN) },
      /set pacingBytesPerS to NaN/,
    ],
    [
      'throws',
      {
        onAcknowledged: () => {
          throw new RangeError('no')
        },
      },
      /^congestion control mine: onAcknowledged\(\) threw RangeError: no, at \d+ ns$/,
    ],
  ] satisfies [string, Partial<CongestionControl>, RegExp][])(
    'a user’s congestion control that %s ends the run with an error that names it',
    (_, hook, message) => {
      const refused = () => runWith(withHook(hook), downloads('mine'))
      expect(refused).toThrow(OwnCodeFailed)
      expect(refused).toThrow(message)
    },
  )
})

describe('the names of congestion controls', () => {
  test('a scenario can name congestion controls of onpath and of the user', () => {
    const source = { text: downloads('gentel'), file: 'mine.yaml' }
    const loaded = loadScenario(source, { congestionControls: { gentle: PLAIN } })
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        /^mine.yaml:5:\d+: error\[unknown-value\]: expected gentle, cubic, .*, found "gentel"[\s\S]*gentle/,
      ),
    ])
    expect(loadScenario(source, { congestionControls: { gentel: PLAIN } }).ok).toBe(true)
    expect(loadScenario(source)).toMatchObject({ ok: false, problems: [{ code: 'unknown-value' }] })
  })

  test('congestion controls with which a scenario was loaded must be passed to the run too', () => {
    const scenario = load(downloads('gentle'), { congestionControls: { gentle: PLAIN } })
    expect(() => simulate(scenario)).toThrow(InvalidOwnCode)
    expect(() => simulate(scenario)).toThrow(
      `the host server has the congestion control gentle, and there are ${namesOf(CONGESTION_CONTROLS).join(', ')}: pass it to simulate() too, in congestionControls`,
    )
  })

  test('names of a user’s congestion controls cannot be onpath’s or invalid; all missing parts are reported at once', () => {
    const broken = JSON.parse('{ "description": "x", "standard": { "initialize": 3 } }')
    const congestionControls = { cubic: PLAIN, 'a b': PLAIN, broken, empty: JSON.parse('{ "description": "y" }') }
    const refused = () => loadScenario({ text: downloads(), file: 'mine.yaml' }, { congestionControls })
    expect(refused).toThrow(InvalidOwnCode)
    expect(refused).toThrow(
      expect.objectContaining({
        problems: [
          'congestion control cubic: onpath has one of this name; choose another',
          'congestion control "a b": a name has letters, digits, - and _',
          'congestion control broken: initialize must be a function, and is number',
          'congestion control broken: onRoundTrip must be a function, and is missing',
          'congestion control broken: windowAfterUndo must be a function, and is missing',
          'congestion control broken: onIdleEnd must be a function, and is missing',
          'congestion control broken: onTimeout must be a function, and is missing',
          'congestion control broken: onAcknowledged must be a function, and is missing',
          'congestion control broken: thresholdAfterLoss must be a function, and is missing',
          'congestion control empty: standard is missing: the object with its hooks',
        ],
      }),
    )
  })
})
