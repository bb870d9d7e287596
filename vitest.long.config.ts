import { defineConfig } from 'vitest/config'
import { reporters } from './vitest.reporters.ts'

/** Suites that take minutes: `npm run test:long` has those of `.ci/run`, `npm run nightly` the others too. */
export default defineConfig({
  test: {
    reporters: reporters(),
    setupFiles: ['test/fixtures/property-seed.ts'],
    include: ['test/{long,nightly}/**/*.test.ts'],
    testTimeout: 600_000,
    // Folders of thousands of files are removed.
    hookTimeout: 120_000,
    maxWorkers: '100%',
  },
})
