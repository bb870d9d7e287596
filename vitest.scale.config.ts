import { defineConfig } from 'vitest/config'
import { reporters } from './vitest.reporters.ts'

/**
 * Tests of sweeps on many machines, played by processes: `npm run test:scale`. They run onpath as it was built. Those of
 * the queue need Valkey, and are skipped where it is missing.
 */
export default defineConfig({
  test: {
    reporters: reporters(),
    include: ['test/scale/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    // Each file starts more processes than there are cores.
    maxWorkers: 1,
  },
})
