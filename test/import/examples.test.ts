import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readFileTree } from '../../src/cli/input/read-file-tree.ts'
import { importCluster } from '../../src/import/import-cluster.ts'
import { printNotes } from '../../src/import/report/print-notes.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'

const folder = fileURLToPath(new URL('../../examples/import/', import.meta.url))

/** Imports an example as `onpath import NAME` in the folder of the examples does. */
function importExample(name: string) {
  const { files } = readFileTree([`${folder}${name}`])
  return importCluster(files.map(({ path, text }) => ({ path: path.slice(folder.length), text })))
}

describe('the example sets', () => {
  for (const name of readdirSync(folder).sort((a, b) => (a < b ? -1 : 1))) {
    test(`${name} becomes exactly this scenario, which is valid, and this report`, async () => {
      const { text, notes } = importExample(name)
      await expect(text).toMatchFileSnapshot(`expected/${name}.yaml`)
      await expect(`${printNotes(notes)}\n`).toMatchFileSnapshot(`expected/${name}.txt`)
      const loaded = loadScenario({ text, file: 'cluster.yaml' })
      expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([])
    })
  }
})
