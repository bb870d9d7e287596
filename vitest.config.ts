import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { reporters } from './vitest.reporters.ts'

/** The suite of every day: `npm test`. Longer ones live in test/long/ (`npm run test:long`) and test/nightly/. */
export default defineConfig({
  // The examples import the library by its name.
  resolve: {
    alias: [
      { find: /^onpath$/, replacement: fileURLToPath(new URL('src/index.ts', import.meta.url)) },
      { find: /^onpath\/study$/, replacement: fileURLToPath(new URL('src/study/index.ts', import.meta.url)) },
    ],
  },
  test: {
    reporters: reporters(),
    setupFiles: ['test/fixtures/property-seed.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**', 'test/nightly/**', 'test/scale/**', 'test/browser/**', 'test/tshark/**'],
    // Modules keep no state of simulations, so that files may share them: two thirds of the time went into loading.
    isolate: false,
    maxWorkers: '100%',
    // No test says how long it may take; one that hangs is to end all the same.
    testTimeout: 60_000,
  },
})
