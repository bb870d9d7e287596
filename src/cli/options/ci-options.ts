import { flag, type Given, text } from './option.ts'

/** Options of commands that gate a change in CI. */
export const CI_OPTIONS = {
  junit: text('<file>', 'also write what was judged to this file, as JUnit XML'),
  sarif: text('<file>', 'also write what failed to this file, as SARIF, for code scanning'),
  github: flag('also print annotations for GitHub Actions, and write a job summary'),
}

export type CiOptions = Given<typeof CI_OPTIONS>
