import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'

const simulate: Simulate = async (scenario, { recordPackets }) => run(scenario, { recordPackets })

const EXAMPLES = fileURLToPath(new URL('../../examples/import/', import.meta.url))
const EXPECTED = fileURLToPath(new URL('./expected/', import.meta.url))

/** Returns a report without the lines of evidence, whose ticks and packets each change of the traffic moves. */
function withoutEvidence(report: string): string {
  return report
    .split('\n')
    .filter((line) => !/^ {5}\S/.test(line))
    .join('\n')
}

/** The examples that take half of the time of all. */
export const SLOW: readonly string[] = ['aks', 'k0s', 'kube-up']

export const QUICK: readonly string[] = readdirSync(EXAMPLES).filter((name) => !SLOW.includes(name))

/** The examples in whose files nothing is weak, and which leave questions open: rights, tunnels of agents. */
const NOT_KNOWN: readonly string[] = ['k0s', 'k3s', 'rke2']

/** A check of everything simulates several hundred times. */
export const LONGEST_MS = 600_000

/** Checks an example, and compares what it finds with the recorded findings. */
export async function expectFindings(name: string): Promise<void> {
  const { code, out } = await invoke(['check', `${EXAMPLES}${name}`], { simulate })
  expect(code).toBe(NOT_KNOWN.includes(name) ? 8 : 4)
  await expect(withoutEvidence(out).replaceAll(EXAMPLES, '')).toMatchFileSnapshot(`${EXPECTED}${name}.findings.txt`)
}
