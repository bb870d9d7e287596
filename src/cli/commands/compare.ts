import { hasComparedNothing } from '../../report/comparison/comparison.ts'
import { comparisonTable } from '../../report/comparison/comparison-table.ts'
import { COMPARISON_FORMATS } from '../../report/formats.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { regressions } from '../../study/compare/regressions.ts'
import { EXIT } from '../exit-code.ts'
import { readComparison } from '../input/read-comparison.ts'
import { chosenFormat, formatOptions } from '../options/format-options.ts'
import { value } from '../options/option.ts'
import { percent } from '../options/values.ts'
import { tableScreenOf } from '../screen.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
It says what differs in the configuration, then which verdicts got worse or better, then the figures. Counts, such as
packets, are neither better nor worse, except for failures.

Figures of one run are exact, but one seed is one draw. Two sweeps are compared over the seeds that both have, by the
95 % interval of the median difference. ~ means that the interval includes zero, or that the difference between
benchmarks is smaller than their spread.

It exits with 2 where A and B have nothing in common, with 5 for a verdict that got worse, and for a figure of sweeps or benchmarks that is worse beyond chance. With
--fail-on-regression, it does for a figure that is worse by more than the limit (of a sweep, by its whole interval), also
of two runs, and for a workload or benchmark that only A has.

Examples:
  onpath run scenarios/wan-tls.yaml --out before
  onpath run scenarios/wan-tls.yaml --set links.tls13-wan.delay=40ms --out after
  onpath compare before after --fail-on-regression 5%

  onpath sweep scenarios/wan-tls.yaml --seeds 1..30 --out sweep-before
  onpath sweep scenarios/wan-tls.yaml --seeds 1..30 --set links.tls13-wan.loss=1% --out sweep-after
  onpath compare sweep-before sweep-after`

const OPTIONS = {
  failOnRegression: value(
    '<percent>',
    'exit with 5 if a figure of B is worse by more than this, such as 5%, also of two runs',
    percent,
  ),
  ...formatOptions(COMPARISON_FORMATS),
}

export const compare: Command<readonly [a: string, b: string], typeof OPTIONS> = {
  arguments: [
    {
      syntax: '<a>',
      meaning: 'the folder of a run or sweep, its summary.json or sweep.csv, or a CSV of `npm run bench`',
    },
    { syntax: '<b>', meaning: 'the same, to compare with <a>' },
  ],
  options: OPTIONS,
  notes: EXAMPLES,
  async run([a, b], options, { io, exit }) {
    const format = chosenFormat(COMPARISON_FORMATS, options, comparisonTable)
    const comparison = readComparison(a, b, io)
    io.out(format.write(comparison, { screen: await tableScreenOf(io) }))
    if (hasComparedNothing(comparison)) {
      io.err(`onpath: ${visible(a)} and ${visible(b)} have nothing in common\n`)
      exit(EXIT.usage)
    }
    const found = regressions(comparison, options.failOnRegression ?? null)
    for (const line of found) io.err(`regression: ${visible(line)}\n`)
    if (found.length > 0) exit(EXIT.regression)
  },
}
