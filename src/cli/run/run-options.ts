import { RUN_FORMATS } from '../../report/formats.ts'
import { formatOptions } from '../options/format-options.ts'
import { flag, type Given, text, value } from '../options/option.ts'
import { SCENARIO_OPTIONS } from '../options/scenario-options.ts'
import { count, date } from '../options/values.ts'

export const RUN_OPTIONS = {
  ...SCENARIO_OPTIONS,
  ...formatOptions(RUN_FORMATS),
  out: text('<folder>', 'write scenario, results and packet digests to this folder'),
  maxEvents: value('<number>', 'give up after so many simulated events (exit 7)', count),
  printConfig: flag('print the whole scenario, with where each value came from, and run nothing'),
  perInstance: flag('show what came of a workload on each of its paths too'),
  today: value('<date>', 'the day on which what `accept` says is judged (default: today)', date),
  baseline: text('<run>', 'an earlier run folder: only what got worse since fails (exit 5)'),
}

export type RunOptions = Given<typeof RUN_OPTIONS>
