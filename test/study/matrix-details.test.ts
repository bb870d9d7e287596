import { describe, expect, test } from 'vitest'
import type { MatrixCell, MatrixResult } from '../../src/measure/matrix.ts'
import type { EvidenceResult, Outcome, VerdictResult } from '../../src/measure/verdict.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import type { Matrix } from '../../src/study/matrix/matrix.ts'
import { matrixDetails } from '../../src/study/matrix/matrix-details.ts'
import { aResult, aVerdict } from '../fixtures/results.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const SCENARIO = scenarioOf(SMALL_SCENARIO)
const LINK = 'link/wire/forward'

/** The verdicts of one cell, whose worst outcome the cell has. */
interface Cell {
  readonly worst?: Outcome
  readonly verdicts?: readonly VerdictResult[]
  readonly scenario?: CheckedScenario | null
}

function evidence(shows: Outcome, packet: number | null, link: string | null = LINK): EvidenceResult {
  const place = link === null || packet === null ? { link: null, packet: null } : { link, packet }
  return { atNs: 7, ...place, shows, what: 'it is seen' }
}

function aReading(...shown: readonly EvidenceResult[]): VerdictResult {
  return aVerdict({ technique: 'eavesdrop', worst: 'read', outcomes: ['read'], evidence: shown })
}

/** Returns what stands behind cells of a matrix, whose simulations gave these verdicts. */
function detailsOf(...cells: readonly Cell[]) {
  const given = cells.map(({ worst = 'read', verdicts = [], scenario = { ...SCENARIO } }, i) => ({
    cell: { path: `path-${i}`, technique: 'eavesdrop', worst } as MatrixCell,
    scenario,
    verdicts,
  }))
  const results = new Map(
    given.flatMap(({ scenario, verdicts }) => (scenario === null ? [] : [[scenario, aResult({ verdicts })] as const])),
  )
  return matrixDetails(
    { cells: given.map(({ cell }) => cell) } as unknown as MatrixResult,
    { cases: given.map(({ scenario }) => ({ scenario })) } as unknown as Matrix,
    results,
    ({ path }) => `again ${path}`,
  )
}

/** Returns the packets around which messages are shown, of each cell. */
function pointersOf(...cells: readonly Cell[]) {
  return detailsOf(...cells).map(({ stories }) => stories.map(({ pointer }) => pointer))
}

describe('the details of a cell of a matrix', () => {
  test('the details of a matrix cell are its verdicts, those of its technique, and its command', () => {
    const [own, other] = [aReading(), aVerdict({ technique: 'reset' })]
    expect(detailsOf({ verdicts: [other, own] })).toEqual([{ verdicts: [own], stories: [], command: 'again path-0' }])
  })

  test('a matrix cell without a simulation has no details', () => {
    expect(detailsOf({ scenario: null })).toEqual([{ verdicts: [], stories: [], command: null }])
  })

  test('the details of a matrix cell have the messages around the first packet that shows the outcome', () => {
    const shown = [evidence('read', 5, null), evidence('read', null), evidence('metadata', 1), evidence('read', 2)]
    expect(pointersOf({ verdicts: [aReading(...shown, evidence('read', 3))] })).toEqual([[{ link: LINK, packet: 2 }]])
    const [{ stories }] = detailsOf({ verdicts: [aReading(evidence('read', 2))] })
    expect(stories[0].packets.map(({ packet }) => packet)).toContain(2)
  })

  test('the details of a matrix cell have no messages if no packet shows the outcome', () => {
    for (const shown of [[], [evidence('read', 5, null)], [evidence('read', null)], [evidence('metadata', 1)]])
      expect(pointersOf({ verdicts: [aReading(...shown)] })).toEqual([[]])
  })

  test('the details of a matrix cell have the messages of a verdict with its outcome, not of one with scope own', () => {
    const own = { ...aReading(evidence('read', 1)), scope: 'own', worst: 'impersonated' } as const
    expect(pointersOf({ verdicts: [own, aReading(evidence('read', 2))] })).toEqual([[{ link: LINK, packet: 2 }]])
  })

  test('the details of a matrix cell have messages for outcomes worse than metadata', () => {
    const verdictOf = (worst: Outcome) => [{ ...aReading(evidence(worst, 1)), worst }]
    const cells = (['degraded', 'metadata', 'no-effect'] as const).map((worst) => ({
      worst,
      verdicts: verdictOf(worst),
    }))
    expect(pointersOf(...cells).map((pointers) => pointers.length)).toEqual([1, 0, 0])
  })

  test('the 24 worst matrix cells have messages', () => {
    const reading = { verdicts: [aReading(evidence('read', 1))] }
    const worst = {
      worst: 'privilege',
      verdicts: [{ ...aReading(evidence('privilege', 1)), worst: 'privilege' }],
    } as const
    const counts = pointersOf(...Array<Cell>(24).fill({ ...reading, scenario: SCENARIO }), worst).map(
      ({ length }) => length,
    )
    expect(counts).toEqual([...Array(23).fill(1), 0, 1])
  })

  test('the details of each of several cells that were simulated together have their messages', () => {
    const both = [1, 2].map((packet) => ({ verdicts: [aReading(evidence('read', packet))], scenario: SCENARIO }))
    // They have one result: the verdict of the last cell.
    expect(pointersOf(...both)).toEqual([[{ link: LINK, packet: 2 }], [{ link: LINK, packet: 2 }]])
  })
})
