import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readTextFile } from '../../src/disk/read-text.ts'
import { viewBreakdown } from '../../src/report/view/breakdown-view.ts'
import { type CheckedScenario, loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'
import { HistoryRecorder } from '../../src/simulation/run-history.ts'
import { COMMITTED_SMALL, scenarioOf } from '../fixtures/simulations.ts'

const folder = (name: string) => new URL(`../../scenarios/${name}/`, import.meta.url)

const yamlIn = (name: string) =>
  readdirSync(folder(name))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => ({
      name: `${name}/${file}`,
      scenario: () => scenarioIn(fileURLToPath(new URL(file, folder(name)))),
    }))

function scenarioIn(file: string): CheckedScenario {
  const loaded = loadScenario({ file, text: readFileSync(file, 'utf8'), read: readTextFile })
  if (!loaded.ok) throw new Error(loaded.problems[0].message)
  return loaded.scenario
}

const SCENARIOS = [
  ...COMMITTED_SMALL.map(({ name, text }) => ({ name, scenario: () => scenarioOf(text) })),
  ...yamlIn('presets'),
  ...yamlIn('availability'),
]

describe('why it is slow', () => {
  test.each(SCENARIOS)(
    '$name: the latency parts of all requests add up to their latencies, to the nanosecond',
    ({ scenario: load }) => {
      const scenario = load()
      const recorders: HistoryRecorder[] = []
      const { result } = run(scenario, { observe: (simulation) => recorders.push(new HistoryRecorder(simulation)) })
      const { rows } = viewBreakdown(result, recorders[0].history().workloads)
      expect(rows.length).toBeGreaterThan(0)
      for (const { partsNs, latencySumNs } of rows) expect(partsNs.reduce((sum, ns) => sum + ns, 0)).toBe(latencySumNs)
    },
  )
})
