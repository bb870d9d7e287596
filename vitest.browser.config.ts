import { defineConfig } from 'vitest/config'
import { reporters } from './vitest.reporters.ts'

/** Tests of reports in a browser: `npm run test:browser`. They need Chromium, and are skipped where it is missing. */
export default defineConfig({
  test: {
    reporters: reporters(),
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
})
