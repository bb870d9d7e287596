import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'

const simulate: Simulate = async (scenario, { recordPackets }) => run(scenario, { recordPackets })

const EXAMPLES = fileURLToPath(new URL('../../examples/import/', import.meta.url))
const EXPECTED = fileURLToPath(new URL('../import/expected/', import.meta.url))

/** Returns a report without the lines of evidence, whose ticks and packets each change of the traffic moves. */
function withoutEvidence(report: string): string {
  return report
    .split('\n')
    .filter((line) => !/^ {5}\S/.test(line))
    .join('\n')
}

// A check of everything simulates several hundred times.
describe('check of the example', { timeout: 600_000 }, () => {
  test.each(readdirSync(EXAMPLES))('%s finds exactly this', async (name) => {
    const { code, out } = await invoke(['check', `${EXAMPLES}${name}`], { simulate })
    expect(code).toBe(4)
    await expect(withoutEvidence(out).replaceAll(EXAMPLES, '')).toMatchFileSnapshot(`${EXPECTED}${name}.findings.txt`)
  })
})
