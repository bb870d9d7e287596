import { defineConfig } from 'vitest/config'
import { reporters } from './vitest.reporters.ts'

/** Tests of captures of every shipped scenario by tshark: `npm run test:tshark`. They are skipped where it is missing. */
export default defineConfig({
  test: {
    reporters: reporters(),
    include: ['test/tshark/**/*.test.ts'],
    testTimeout: 300_000,
    maxWorkers: '100%',
  },
})
