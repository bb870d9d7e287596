export interface FidelityOptions {
  /** CSV files with measurements. Default: those of the project. */
  readonly measured: readonly string[]
  /** Words that the name of a cell must contain. */
  readonly cells: string | null
  readonly seeds: number
  readonly json: boolean
  /** Whether cells of ns-3 lose packets by seeds, and not the packets that ns-3 lost. */
  readonly ownLosses: boolean
  readonly out: string | null
}

export const USAGE = `npm run fidelity -- [--measured FILE]... [--cells WORDS] [--seeds N] [--own-losses] [--out FOLDER] [--json]

  --measured FILE  a CSV with the columns of one of bench/fidelity/**/*.csv; default: those of the project
  --cells WORDS    only cells whose name, as the table has it, holds all of these words
  --seeds N        at most so many seeds a cell, 1 to 10000; default: 101 under loss, 3 without; of ns-3 each run
  --own-losses     cells of ns-3 lose packets by seeds (21), and not those that ns-3 lost in its runs
  --out FOLDER     where fidelity.csv and fidelity.svg go; default: results/fidelity, and with other options nowhere
  --json           judgements as JSON instead of the table

Exit: 0 all bounds hold but for documented exceptions, 1 another is broken, 2 usage or a file that cannot be read.`

export type ReadArguments =
  | { readonly ok: true; readonly options: FidelityOptions }
  | { readonly ok: false; readonly message: string }

const MAX_SEEDS = 10_000

export function readArguments(words: readonly string[]): ReadArguments {
  const measured: string[] = []
  let [cells, out, seeds]: [string | null, string | null, number] = [null, null, MAX_SEEDS]
  let [json, ownLosses] = [false, false]
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (word === '--json' || word === '--own-losses') {
      if (word === '--json') json = true
      else ownLosses = true
      continue
    }
    if (!['--measured', '--cells', '--seeds', '--out'].includes(word)) return { ok: false, message: `unknown: ${word}` }
    const value = words[++i]
    if (value === undefined) return { ok: false, message: `${word} needs a value` }
    if (word === '--measured') measured.push(value)
    if (word === '--cells') cells = value
    if (word === '--out') out = value
    if (word === '--seeds') seeds = /^\d+$/.test(value) ? Number(value) : 0
  }
  if (seeds < 1 || seeds > MAX_SEEDS) return { ok: false, message: `--seeds is a whole number from 1 to ${MAX_SEEDS}` }
  return { ok: true, options: { measured, cells, seeds, json, ownLosses, out } }
}
