import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { applyInCopy, blocksOf, PAGES } from '../adding/in-copy.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * The parts of the everyday suite that can see something added: suites that run for each entry of a registry, what is
 * generated from registries, lists that are printed, and the house rules. The others name what they use, and the names of
 * what pages add are nowhere. `npm run nightly` runs the whole suite for each page.
 */
const SEEING = [
  'test/architecture.test.ts',
  'test/attack/technique-facts.test.ts',
  'test/attack/techniques.test.ts',
  'test/cli/commands.test.ts',
  'test/cli/completions.test.ts',
  'test/cluster/flags-page.test.ts',
  'test/cluster/path-kinds.test.ts',
  'test/contributing.test.ts',
  'test/import/distributions.test.ts',
  'test/measure/outcomes.test.ts',
  'test/network/jitter-distributions.test.ts',
  'test/network/link-profiles.test.ts',
  'test/own-code/congestion-controls.test.ts',
  'test/report/ci.test.ts',
  'test/report/scenario-reference.test.ts',
  'test/scenario/committed-scenarios.test.ts',
  'test/scenario/configuration-kubelet.test.ts',
  'test/scenario/flags.test.ts',
  'test/scenario/host-keys.test.ts',
  'test/scenario/links.test.ts',
  'test/scenario/problems/',
  'test/tidy.test.ts',
  'test/transport/congestion/congestion-control.test.ts',
]

test('the code of all pages of docs/adding/ together leaves types and tests green', () => {
  expect(SEEING.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([])
  const blocks = PAGES.flatMap(blocksOf).filter(({ kind }) => kind !== 'commands')
  const added = blocks.flatMap((block) =>
    block.kind === 'file' && block.path.endsWith('.test.ts') ? [block.path] : [],
  )
  expect(added.length).toBeGreaterThanOrEqual(PAGES.length)
  applyInCopy(blocks, ['npx tsc --noEmit', `npx vitest run ${[...SEEING, ...added].join(' ')}`])
})
