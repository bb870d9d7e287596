import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { importShown } from '../../src/cli/input/import-shown.ts'
import { showBlockingRun, showReading, showRunCount, showRunProgress } from '../../src/cli/simulation/progress.ts'
import { importCluster } from '../../src/import/import-cluster.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { anIo } from '../fixtures/fake-io.ts'

const SECOND = 1_000_000_000
let nowMs = 0

beforeEach(() => {
  nowMs = 10_000
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** A terminal of so many columns, and the line that it shows last. */
function aTerminal(columns: number) {
  const texts: string[] = []
  const stream = Object.assign(
    new Writable({
      write: (chunk, _, done) => {
        texts.push(String(chunk))
        done()
      },
    }),
    { columns, isTTY: true, cursorTo: () => {}, clearLine: () => {}, clearScreenDown: () => {}, moveCursor: () => {} },
  ) as unknown as NodeJS.WritableStream
  return { stream, all: () => texts.join('') }
}

/** What a bar is given when it is drawn, without the bar itself. */
async function shown(
  updates: readonly (readonly [ms: number, value: number, events?: number, given?: number])[],
  runs = 10,
) {
  const { stream, all } = aTerminal(120)
  // Loads the code that draws.
  ;(await showReading(stream, 0)).stop()
  const progress = showRunCount(stream, runs)
  for (const [ms, value, events, given] of updates) {
    nowMs += ms
    progress.update(value, events, given)
  }
  progress.stop()
  return all()
}

describe('the progress of simulations', () => {
  test('progress is not shown without a terminal', async () => {
    for (const progress of [showRunProgress(null, 'a', 5), showRunCount(null, 5), await showReading(null, 5)]) {
      progress.update(1, 2, 3)
      progress.stop()
    }
  })

  test('progress counts runs, with the speed and the remaining time', async () => {
    const text = await shown([
      [1_000, 1, 5_000],
      [9_000, 5, 30_000_000],
    ])
    expect(text).toContain('5 of 10 runs')
    expect(text).toMatch(/3(\.0+)? M events\/s, 10 s left/)
  })

  test('progress counts thousands of events, and minutes', async () => {
    const text = await shown([[60_000, 1, 120_000]], 3)
    expect(text).toMatch(/2(\.0+)? k events\/s, 2 min 0 s left/)
  })

  test('progress ignores runs that took no time when it estimates the remaining time', async () => {
    expect(await shown([[10_000, 6, 0, 5]])).toContain('40 s left')
  })

  test('progress has neither speed nor remaining time before anything has happened', async () => {
    const text = await shown([[5_000, 0]])
    expect(text).not.toContain('events/s')
    expect(text).not.toContain('left')
  })

  test('progress says when a scenario is simulated again', async () => {
    const text = await shown([
      [1_000, 5, 1_000],
      [1_000, 1, 1_000],
    ])
    expect(text).toContain(', execution 2')
    expect(await shown([[1_000, 5, 1_000]])).not.toContain('execution')
  })

  test('progress of reading counts millions of characters', async () => {
    const { stream, all } = aTerminal(120)
    const reading = await showReading(stream, 3_000_000)
    nowMs += 1_000
    reading.update(1_500_000)
    reading.stop()
    expect(all()).toMatch(/reading .*1\.5 of 3\.0 MB, 1 s left/)
  })

  test('progress of an import counts what has been read of all its files', async () => {
    const { stream, all } = aTerminal(120)
    vi.mocked(performance.now).mockImplementation(() => {
      nowMs += 1_000
      return nowMs
    })
    const files = ['a', 'b', 'c'].map((path) => ({ path, text: `# ${'x'.repeat(400_000)}\nkind: Node\n` }))
    const io = { ...anIo().io, terminal: stream }
    expect((await importShown(files, {}, io)).isEmpty).toBe(importCluster(files).isEmpty)
    const shares = [...all().matchAll(/reading .*?([\d.]+) of ([\d.]+) MB/g)].map(([, read, of]) => [read, of])
    expect(shares.at(-1)).toEqual(['1.2', '1.2'])
  })

  test('progress loads its drawing code when there is something to draw, and is shown then', async () => {
    vi.resetModules()
    const fresh = await import('../../src/cli/simulation/progress.ts')
    const { stream, all } = aTerminal(120)
    const progress = fresh.showRunCount(stream, 10)
    progress.update(1)
    await vi.waitFor(() => {
      progress.update(2)
      expect(all()).toContain('2 of 10 runs')
    })
    progress.stop()
  })

  test('progress is not shown in the first two seconds of the process', async () => {
    nowMs = 0
    const early = await shown([[1_999, 5, 1_000]])
    expect(early).not.toContain('5 of 10')
    nowMs = 0
    expect(await shown([[2_000, 5, 1_000]])).toContain('5 of 10')
  })

  test('progress of one run shows the average speed, also after a message replaced the line', async () => {
    const { stream, all } = aTerminal(100)
    const scenario = { blueprint: { name: 'wan', durationNs: 10 * SECOND } } as unknown as CheckedScenario
    const blocking = await showBlockingRun(stream, scenario)
    blocking.update(0, 50)
    blocking.clear()
    nowMs += 4_000
    blocking.update(2 * SECOND, 8_000)
    blocking.clear()
    expect(all()).toMatch(/2 s of 10 s, 2 k events\/s, 16 s left/)
    expect(all()).not.toContain('Infinity')
  })

  test('progress of one run shows the simulated time, and its duration if there is one', async () => {
    const scenarioOf = (durationNs: number | null) =>
      ({ blueprint: { name: 'wan', durationNs } }) as unknown as CheckedScenario
    for (const [durationNs, expected] of [
      [10 * SECOND, /wan .*3 s of 10 s, 1 k events\/s, 3 s left/],
      [null, /wan .*3 s simulated, 1 k events\/s/],
    ] as const) {
      const { stream, all } = aTerminal(100)
      const blocking = await showBlockingRun(stream, scenarioOf(durationNs))
      blocking.update(SECOND, 300)
      nowMs += 1_000
      blocking.update(3 * SECOND, 1_000)
      blocking.clear()
      expect(all()).toMatch(expected)
    }
  })
})
