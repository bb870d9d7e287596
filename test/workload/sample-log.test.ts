import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import type { Sample } from '../../src/workload/rows.ts'
import { SampleLog } from '../../src/workload/sample-log.ts'

const anyTime = fc.oneof(
  fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER),
  fc.integer({ min: 0, max: 10_000_000 }),
  fc.maxSafeNat(),
)
const anySample = fc.record({ workload: fc.integer({ min: 0, max: 2 }), latencyNs: anyTime, endTick: anyTime })

/** Returns the samples of a workload, the last first. */
function samplesFrom(log: SampleLog, last: Sample): { latencyNs: number; endTick: number }[] {
  const found: { latencyNs: number; endTick: number }[] = []
  for (let sample = last; sample !== NONE; sample = log.previousOf(sample))
    found.push({ latencyNs: log.latencyNsOf(sample), endTick: log.endTickOf(sample) })
  return found
}

describe('a log of samples', () => {
  test('a log of samples returns the latencies and ends of each workload, the last first, however long they are', () => {
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 700 }), (samples) => {
        const log = new SampleLog(new Arena())
        const last: Sample[] = [NONE, NONE, NONE]
        for (const { workload, latencyNs, endTick } of samples)
          last[workload] = log.add(last[workload], latencyNs, endTick)
        expect(log.count).toBe(samples.length)
        for (const [own, sample] of last.entries()) {
          const expected = samples.flatMap(({ workload, ...one }) => (workload === own ? [one] : []))
          expect(samplesFrom(log, sample)).toEqual(expected.reverse())
        }
      }),
    )
  })
})
