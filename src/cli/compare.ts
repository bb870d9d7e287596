import { type Command, InvalidArgumentError } from 'commander'
import { comparisonTable } from '../report/comparison/comparison-table.ts'
import { regressions } from '../report/comparison/regressions.ts'
import type { Context } from './context.ts'
import { EXIT } from './exit-code.ts'
import { readComparison } from './read-comparison.ts'

interface CompareOptions {
  readonly json?: true
  readonly failOnRegression?: number
}

const EXAMPLES = `
Simulated figures are exact, so any difference is one. Timings of benchmarks differ from run to run; ~ stands
where their spread hides whatever difference there is.

Examples:
  onpath compare results/before results/after
  onpath compare before/engine.csv results/bench/engine.csv --fail-on-regression 5%`

export function addCompare(program: Command, context: Context): void {
  program
    .command('compare')
    .description('compare two run folders, or two benchmark files')
    .argument('<a>', 'a run folder, its summary.json, or a CSV of `npm run bench`')
    .argument('<b>', 'the same, of later')
    .option('--fail-on-regression <percent>', 'exit 5 where B is worse than A by more than this, as in 5%', percent)
    .option('--json', 'print the comparison as a JSON document')
    .addHelpText('after', EXAMPLES)
    .action((a: string, b: string, options: CompareOptions) => compare(a, b, options, context))
}

function compare(a: string, b: string, options: CompareOptions, { io, exit }: Context): void {
  const comparison = readComparison(a, b)
  io.out(
    options.json ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonTable(comparison, { hasColor: io.hasColor }),
  )
  if (options.failOnRegression === undefined) return
  const found = regressions(comparison, options.failOnRegression)
  for (const line of found) io.err(`regression: ${line}\n`)
  if (found.length > 0) exit(EXIT.regression)
}

function percent(text: string): number {
  if (!/^\d+(\.\d+)?%$/.test(text)) throw new InvalidArgumentError('It is no percentage like 5%.')
  return Number(text.slice(0, -1))
}
