import { defineConfig } from 'vitest/config'

/** The suite of every day: `npm test`. Longer ones live in test/long/ and run by `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**'],
  },
})
