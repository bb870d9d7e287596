import { mkdirSync, readFileSync } from 'node:fs'
import { writeWhole } from '../write-whole.ts'
import { type FidelityOptions, readArguments, USAGE } from './arguments.ts'
import { writeFidelityCsv } from './fidelity-csv.ts'
import { fidelityPlot } from './fidelity-plot.ts'
import { cellTable, kindTable } from './fidelity-table.ts'
import { type Judgement, judgeCell } from './judge-cell.ts'
import { isWithin, judgeKinds } from './judge-kind.ts'
import { type MeasuredCell, nameOf } from './measured-cell.ts'
import { predictAll } from './prediction-pool.ts'
import { readMeasured } from './read-measured.ts'

const MEASURED = ['real-stacks', 'short-queues', 'ns3-goodput'].map((name) => `bench/fidelity/${name}.csv`)
const FOLDER = 'results/fidelity'

/** Compares predictions of onpath with measurements (docs/models/fidelity.md). */
async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  const read = readArguments(words)
  if (!read.ok) {
    console.error(`${read.message}\n\n${USAGE}`)
    return 2
  }
  const { options } = read
  const cells = readCells(options)
  if (cells === null) return 2
  const predictions = await predictAll(cells, options.seeds, showProgress)
  const judgements = cells.map((cell, index) => judgeCell(cell, predictions[index]))
  const kinds = judgeKinds(judgements)
  const folder = options.out ?? (words.length === 0 ? FOLDER : null)
  if (folder !== null) write(folder, judgements)
  if (options.json) console.log(JSON.stringify({ kinds, cells: judgements }, null, 2))
  else console.log(`${cellTable(judgements)}\n\n${kindTable(kinds)}`)
  if (folder !== null) console.error(`\n${folder}/fidelity.csv, ${folder}/fidelity.svg`)
  if (judgements.every(({ outcome }) => outcome.kind === 'not modelled')) {
    console.error('nothing was compared: onpath has no model of any of these cells')
    return 2
  }
  return kinds.every(isWithin) ? 0 : 1
}

function readCells({ measured, cells: pattern, ownLosses }: FidelityOptions): MeasuredCell[] | null {
  const files = measured.length === 0 ? MEASURED : measured
  const cells: MeasuredCell[] = []
  for (const file of files) {
    const text = readText(file)
    const read =
      text === null ? { ok: false as const, problems: [`${file}: cannot be read`] } : readMeasured(text, file)
    if (!read.ok) {
      console.error(read.problems.slice(0, 20).join('\n'))
      return null
    }
    cells.push(...read.cells.map((cell) => (ownLosses ? { ...cell, runs: undefined } : cell)))
  }
  const words = pattern?.split(/\s+/) ?? []
  const wanted = cells.filter((cell) => words.every((word) => nameOf(cell).includes(word)))
  if (wanted.length > 0) return wanted
  console.error(`no cell's name holds ${pattern}; names are like: ${nameOf(cells[0])}`)
  return null
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function write(folder: string, judgements: readonly Judgement[]): void {
  mkdirSync(folder, { recursive: true })
  writeWhole(`${folder}/fidelity.csv`, writeFidelityCsv(judgements))
  writeWhole(`${folder}/fidelity.svg`, fidelityPlot(judgements))
}

function showProgress(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(done === of ? '\r\u001b[K' : `\r${done} of ${of}`)
}

process.exitCode = await main(process.argv.slice(2))
