import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Begins with the smallest files: what a mutant breaks is noticed by a unit test, if there is one, within a second. */
class SmallestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sizeOf = ({ moduleId }: TestSpecification) => this.ctx.cache.getFileStats(moduleId)?.size ?? 0
    return [...files].sort((a, b) => sizeOf(a) - sizeOf(b) || (a.moduleId < b.moduleId ? -1 : 1))
  }
}

/**
 * The tests that `scripts/mutate.mjs` runs against each mutant. It names them in ONPATH_MUTATION_TESTS, and the sources of
 * the folder in ONPATH_MUTATION_SOURCES.
 */
export default defineConfig({
  test: {
    setupFiles: ['test/fixtures/property-seed.ts', 'scripts/mutation/load-sources.mjs'],
    include: process.env.ONPATH_MUTATION_TESTS?.split(' ') ?? [],
    isolate: false,
    // Stryker ends what runs for ever.
    testTimeout: 600_000,
    sequence: { sequencer: SmallestFirst },
  },
})
