import { fileURLToPath } from 'node:url'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { compiledSource } from './test/fixtures/compiled-source.ts'

/** JSON into the file that ONPATH_TEST_REPORT names, from which `.ci/run` takes its totals. */
const reportFile = process.env.ONPATH_TEST_REPORT

/** The suites with folders of their own under test/; all others are of every day. */
const APART = ['long', 'nightly', 'scale', 'browser', 'tshark']

/** Returns a suite whose tests are in the folders of its names, under test/. */
function suite(name: string, test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration {
  return { extends: true, test: { name, include: [`test/${name}/**/*.test.ts`], ...test } }
}

/** Each command of package.json that tests has a suite: `npm test`, `npm run test:long`, ... */
export default defineConfig({
  plugins: [compiledSource()],
  // The examples import the library by its name.
  resolve: {
    alias: [
      { find: /^onpath$/, replacement: fileURLToPath(new URL('src/index.ts', import.meta.url)) },
      { find: /^onpath\/study$/, replacement: fileURLToPath(new URL('src/study/index.ts', import.meta.url)) },
    ],
  },
  test: {
    reporters: reportFile === undefined ? ['default'] : ['default', ['json', { outputFile: reportFile }]],
    setupFiles: ['test/fixtures/property-seed.ts'],
    maxWorkers: '100%',
    projects: [
      suite('everyday', {
        include: ['test/**/*.test.ts'],
        exclude: APART.map((folder) => `test/${folder}/**`),
        // Modules keep no state of simulations, so that files may share them: two thirds of the time went into loading.
        isolate: false,
        // No test says how long it may take; one that hangs is to end all the same.
        testTimeout: 60_000,
      }),
      // Folders of thousands of files are removed.
      suite('long', { testTimeout: 600_000, hookTimeout: 120_000 }),
      suite('nightly', { testTimeout: 600_000, hookTimeout: 120_000 }),
      // Sweeps on many machines, played by processes: each file starts more of them than there are cores.
      suite('scale', { testTimeout: 600_000, hookTimeout: 60_000, maxWorkers: 1, sequence: { groupOrder: 1 } }),
      suite('browser', { testTimeout: 300_000, hookTimeout: 120_000 }),
      suite('tshark', { testTimeout: 300_000 }),
    ],
  },
})
