import { expect } from 'vitest'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { capturesOf, type Options } from '../fixtures/captures.ts'
import { dissect } from '../fixtures/tshark.ts'

/** Larger captures are cut, since tshark takes a second for each megabyte or two. */
const MOST_BYTES = 8 * 2 ** 20

/** Larger runs are cut too: a cluster of thousands of nodes over a day has no other packets than in its first minute. */
const MOST_EVENTS = 300_000

/** Expects that tshark finds nothing malformed and no bad checksum in captures of a scenario, and knows its protocols. */
export function expectReadable(scenario: CheckedScenario, more: readonly Options[] = []): void {
  const [everything, ...others] = capturesOf(
    scenario,
    [{}, ...more].map((options) => ({ ...options, mostBytes: MOST_BYTES })),
    MOST_EVENTS,
  )
  expect(everything.packets).toBeGreaterThan(0)
  dissect(everything.file, (capture) => {
    const { problems, protocols } = capture.summary()
    expect(problems).toEqual([])
    expect(protocols).toEqual(expect.arrayContaining([...protocolsOf(scenario)]))
  })
  for (const { file, packets } of others)
    if (packets > 0) dissect(file, (capture) => expect(capture.problems()).toEqual([]))
}

/** The protocols that tshark must recognize on the paths of a scenario that workloads use. */
function protocolsOf({ blueprint: { paths, workloads } }: CheckedScenario): readonly string[] {
  const used = paths.filter(({ name }) => workloads.some(({ path }) => path === name))
  const isOverSsh = used.some(({ tunnel }) => tunnel?.kind === 'ssh')
  const isInClear = used.some(({ tls, tunnel }) => tls !== null && tunnel === null)
  return [...(isInClear ? ['tls'] : []), ...(isOverSsh ? ['ssh'] : [])]
}
