import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readFileTree } from '../../src/disk/read-file-tree.ts'
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
    test(`the example ${name} is imported as exactly this scenario, which is valid, and this report`, async () => {
      const { text, notes } = importExample(name)
      await expect(text).toMatchFileSnapshot(`expected/${name}.yaml`)
      await expect(`${printNotes(notes)}\n`).toMatchFileSnapshot(`expected/${name}.txt`)
      const loaded = loadScenario({ text, file: 'cluster.yaml' })
      expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([])
    })
  }
})

test('the commands that collect files continue, and end with 0, on a machine that lacks what they look for', () => {
  const page = readFileSync(new URL('../../docs/import.md', import.meta.url), 'utf8')
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text)
  const collecting = blocks.filter((text) => text.includes('mkdir -p bundle'))
  expect(collecting).toHaveLength(10)
  const programs = ['kubectl', 'microk8s', 'oc', 'talosctl', 'tar', 'systemctl', 'journalctl', 'ps']
  const answering = programs.map((name) => `${name}() { :; }\n`).join('')
  const missing = 'docker() { return 1; }\nNODE=n1 CONTROL_PLANE=c1\n'
  const folder = mkdtempSync(join(tmpdir(), 'onpath-'))
  try {
    for (const text of collecting)
      execFileSync('bash', ['-e', '-o', 'pipefail', '-c', `${answering}${missing}${text}`], {
        cwd: folder,
        stdio: 'ignore',
      })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
