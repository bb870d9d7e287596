import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ALL_TRACES } from '../../bench/fidelity/traces/all-traces.ts'
import { ALLOWANCES } from './kernel-traces/allowances.ts'
import { type Allowance, compareTraces, TIMER_SHARE } from './kernel-traces/compare-traces.ts'
import { playTrace } from './kernel-traces/play-trace.ts'
import { readSegments, type SeenSegment } from './kernel-traces/seen-segment.ts'
import { UPTIMES_MS } from './kernel-traces/uptimes.ts'

const FOLDER = 'test/transport/kernel-traces/csv'
const kernelOf = (name: string) => readSegments(readFileSync(`${FOLDER}/${name}.csv`, 'utf8'))
const differences = (name: string, here: SeenSegment[], allowance: Allowance | undefined) =>
  compareTraces(kernelOf(name), here, allowance, name in UPTIMES_MS ? TIMER_SHARE : undefined)
const named = (name: string) => ALL_TRACES.find((trace) => trace.name === name)!

describe('the simulation sends the same segments as Linux 6.18', () => {
  for (const trace of ALL_TRACES) {
    const allowance = ALLOWANCES[trace.name]
    test(`the simulation sends the same segments as Linux 6.18, ${trace.name}: ${trace.about}`, () => {
      expect(differences(trace.name, playTrace(trace), allowance)).toEqual([])
    })
    if (allowance !== undefined)
      test(`the comparison with Linux 6.18, ${trace.name}: no tolerance is larger than needed`, () => {
        const here = playTrace(trace)
        const { why: _, ...allowed } = allowance
        for (const key of Object.keys(allowed)) {
          const less = { ...allowance, [key]: undefined }
          expect(differences(trace.name, here, less), key).not.toEqual([])
        }
      })
  }
})

test.each(Object.keys(UPTIMES_MS))(
  '%s: the trace is not reproduced when the kernel clock ticks at other times',
  (name) => {
    const atAnotherTime = playTrace(named(name), UPTIMES_MS[name] + 18)
    expect(differences(name, atAnotherTime, ALLOWANCES[name])).not.toEqual([])
  },
)

describe('the comparison of traces', () => {
  const real = kernelOf('slow-start')

  test('the comparison of kernel traces finds no difference between a trace and itself', () => {
    expect(compareTraces(real, real)).toEqual([])
  })

  test('the comparison of kernel traces reports a missing segment, and each one after it', () => {
    const differences = compareTraces(real, real.toSpliced(30, 1))
    expect(differences.length).toBeGreaterThan(50)
  })

  test('the comparison of kernel traces reports a segment that is late by more than both bounds, or has another window', () => {
    const late = real.map((segment, i) => (i === 50 ? { ...segment, sentUs: segment.sentUs * 1.03 + 200 } : segment))
    const wider = real.map((segment, i) => (i === 40 ? { ...segment, window: segment.window + 1 } : segment))
    expect(compareTraces(real, late).length).toBeGreaterThan(0)
    expect(compareTraces(real, wider)).toHaveLength(1)
  })

  test('the comparison of kernel traces has a trace for each description, and a description for each trace', () => {
    expect(readdirSync(FOLDER).sort((a, b) => (a < b ? -1 : 1))).toEqual(
      ALL_TRACES.map(({ name }) => `${name}.csv`).sort((a, b) => (a < b ? -1 : 1)),
    )
    expect(Object.keys(ALLOWANCES).filter((name) => named(name) === undefined)).toEqual([])
  })
})
