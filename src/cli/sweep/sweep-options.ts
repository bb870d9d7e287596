import { InvalidArgumentError } from 'commander'
import { SWEEP_FORMATS } from '../../report/formats.ts'
import { formatOptions } from '../options/format-options.ts'
import { type Given, repeated, text, value } from '../options/option.ts'
import { attack } from '../options/scenario-options.ts'
import { count, wholeNumber } from '../options/values.ts'

/** More threads than any machine it was tried on; each may hold a whole cluster. */
export const MAX_JOBS = 64

export const SWEEP_OPTIONS = {
  sweep: repeated('<path=values>', "a dimension, as in --sweep 'links.wan.loss=[0%, 1%]'"),
  seeds: text('<seeds>', 'the seeds, as in 1..30 or 1,5,9'),
  seed: value('<number>', "the one seed of all points, in place of the scenario's", wholeNumber),
  set: repeated('<path=value>', 'a value of the scenario at all points'),
  attack,
  jobs: value('<number>', 'how many run at a time (default: as many as there are cores)', jobs),
  maxEvents: value('<number>', 'give each run up after so many simulated events (exit 7)', count),
  ...formatOptions(SWEEP_FORMATS),
  out: text('<folder>', 'write CSV to sweep.csv in this folder'),
}

export type SweepOptions = Given<typeof SWEEP_OPTIONS>

function jobs(text: string): number {
  const value = count(text)
  if (value > MAX_JOBS) throw new InvalidArgumentError(`It must be at most ${MAX_JOBS}.`)
  return value
}
