import { comparisonTable } from '../../report/comparison/comparison-table.ts'
import { regressions } from '../../report/comparison/regressions.ts'
import { COMPARISON_FORMATS } from '../../report/formats.ts'
import { EXIT } from '../exit-code.ts'
import { readComparison } from '../input/read-comparison.ts'
import { chosenFormat, formatOptions } from '../options/format-options.ts'
import { value } from '../options/option.ts'
import { percent } from '../options/values.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
Figures of runs are exact, so every difference is shown. Times of benchmarks vary from run to run. ~ means that
the difference is smaller than their spread.

Examples:
  onpath compare results/before results/after
  onpath compare before/engine.csv results/bench/engine.csv --fail-on-regression 5%`

const OPTIONS = {
  failOnRegression: value(
    '<percent>',
    'exit with 5 if a figure of B is worse than that of A by more than this, such as 5%',
    percent,
  ),
  ...formatOptions(COMPARISON_FORMATS),
}

export const compare: Command<readonly [a: string, b: string], typeof OPTIONS> = {
  summary: 'compare two run folders, or two benchmark files',
  arguments: [
    { syntax: '<a>', meaning: 'a run folder, its summary.json, or a CSV of `npm run bench`' },
    { syntax: '<b>', meaning: 'the same, to compare with <a>' },
  ],
  options: OPTIONS,
  notes: EXAMPLES,
  run([a, b], options, { io, exit }) {
    const format = chosenFormat(COMPARISON_FORMATS, options, comparisonTable)
    const comparison = readComparison(a, b)
    io.out(format.write(comparison, { hasColor: io.hasColor }))
    if (options.failOnRegression === undefined) return
    const found = regressions(comparison, options.failOnRegression)
    for (const line of found) io.err(`regression: ${line}\n`)
    if (found.length > 0) exit(EXIT.regression)
  },
}
