import { describe, expect, test } from 'vitest'
import { PRESETS } from '../../src/scenario/presets/presets.ts'
import { QuietRuns } from '../../src/simulation/quiet-runs.ts'
import { run } from '../../src/simulation/run.ts'
import { readMatrix } from '../../src/study/matrix/matrix.ts'

/** One of so many cells is simulated, twice. */
const EVERY = 3

describe('cells of the matrix of a preset', () => {
  test.each(Object.keys(PRESETS))(
    'cells of a preset’s matrix have the same results if they share their quiet runs: %s',
    (preset) => {
      const read = readMatrix({ file: '-', text: `{ version: 1, name: quiet, cluster: { preset: ${preset} } }` }, {})
      if (!read.ok) throw new Error(read.problems[0].message)
      const quietRuns = new QuietRuns()
      const scenarios = [...new Set(read.matrix.cases.flatMap((one) => one.scenario ?? []))]
      for (const scenario of scenarios.filter((_, i) => i % EVERY === 0))
        expect(run(scenario, { quietRuns }).result).toEqual(run(scenario, {}).result)
    },
  )
})
