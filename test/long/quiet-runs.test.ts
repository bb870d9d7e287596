import { describe, expect, test } from 'vitest'
import { PRESETS } from '../../src/scenario/cluster/presets/presets.ts'
import { readMatrix } from '../../src/scenario/matrix/matrix.ts'
import { QuietRuns } from '../../src/simulation/quiet-runs.ts'
import { run } from '../../src/simulation/run.ts'

describe('the cells of the matrix of a preset', () => {
  test.each(Object.keys(PRESETS))('have the same results where they share their quiet runs: %s', (preset) => {
    const read = readMatrix({ file: '-', text: `{ version: 1, name: quiet, cluster: { preset: ${preset} } }` }, {})
    if (!read.ok) throw new Error(read.problems[0].message)
    const quietRuns = new QuietRuns()
    for (const scenario of new Set(read.matrix.cases.flatMap((one) => one.scenario ?? [])))
      expect(run(scenario, { quietRuns }).result).toEqual(run(scenario, {}).result)
  })
})
