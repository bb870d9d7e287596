import { expect, test } from 'vitest'
import { applyInCopy, blocksOf, PAGES } from '../adding/in-copy.ts'
import { excessOf } from '../adding/page-limits.ts'

/** Everything that a change must pass, but for what takes still longer. */
const CHECKS = ['npx tsc --noEmit', 'npx biome check .', 'npx knip', 'npm run build', 'npm test']

/** The whole suite runs for each page. */
const MOST_MS = 3_600_000

test.each(PAGES)(
  'the steps of docs/adding/%s leave the whole suite green in a copy of the repository',
  (name) => {
    const blocks = blocksOf(name)
    expect(excessOf(blocks)).toEqual([])
    applyInCopy(blocks, CHECKS)
  },
  MOST_MS,
)
