import type { ViteUserConfig } from 'vitest/config'

type Reporters = NonNullable<NonNullable<ViteUserConfig['test']>['reporters']>

/** The usual one, and JSON into the file that ONPATH_TEST_REPORT names, from which `.ci/run` takes its totals. */
export function reporters(): Reporters {
  const file = process.env.ONPATH_TEST_REPORT
  return file === undefined ? ['default'] : ['default', ['json', { outputFile: file }]]
}
