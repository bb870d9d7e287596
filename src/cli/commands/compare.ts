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
Simulated figures are exact, so any difference is one. Timings of benchmarks differ from run to run; ~ stands
where their spread hides whatever difference there is.

Examples:
  onpath compare results/before results/after
  onpath compare before/engine.csv results/bench/engine.csv --fail-on-regression 5%`

const OPTIONS = {
  failOnRegression: value('<percent>', 'exit 5 where B is worse than A by more than this, as in 5%', percent),
  ...formatOptions(COMPARISON_FORMATS),
}

export const compare: Command<readonly [a: string, b: string], typeof OPTIONS> = {
  summary: 'compare two run folders, or two benchmark files',
  arguments: [
    { syntax: '<a>', meaning: 'a run folder, its summary.json, or a CSV of `npm run bench`' },
    { syntax: '<b>', meaning: 'the same, of later' },
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
