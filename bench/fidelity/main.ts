import { mkdirSync, readFileSync } from 'node:fs'
import { writeWhole } from '../write-whole.ts'
import { type FidelityOptions, readArguments, USAGE } from './arguments.ts'
import { writeFidelityCsv } from './fidelity-csv.ts'
import { fidelityPlot } from './fidelity-plot.ts'
import { cellTable, kindTable } from './fidelity-table.ts'
import { type Judgement, judgeCell } from './judge-cell.ts'
import { isWithin, judgeKinds } from './judge-kind.ts'
import { areStreamsWithin, goneFrom, judgeStream, type StreamJudgement } from './kubectl/judge-stream.ts'
import { predictStream } from './kubectl/predict-stream.ts'
import { nameOfStream, readStreamCells, STREAM_COLUMNS, type StreamCell } from './kubectl/stream-cell.ts'
import { streamSummary, streamTable, writeStreamCsv } from './kubectl/stream-table.ts'
import { type MeasuredCell, nameOf } from './measured-cell.ts'
import { predictAll } from './prediction-pool.ts'
import { readMeasured } from './read-measured.ts'

const MEASURED = ['real-stacks', 'short-queues', 'ns3-goodput', 'kubectl/streams', 'kubectl/held-out'].map(
  (name) => `bench/fidelity/${name}.csv`,
)
const FOLDER = 'results/fidelity'

/** Compares predictions of onpath with measurements (docs/models/fidelity.md). */
async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  const given = readArguments(words)
  if (!given.ok) {
    console.error(`${given.message}\n\n${USAGE}`)
    return 2
  }
  const { options } = given
  const read = readCells(options)
  if (read === null) return 2
  const { cells, streamCells } = read
  const predictions = await predictAll(cells, options.seeds, showProgress)
  const judgements = cells.map((cell, index) => judgeCell(cell, predictions[index]))
  const kinds = judgeKinds(judgements)
  const streams = streamCells.map((cell) => judgeStream(cell, predictStream(cell, 1)))
  const folder = options.out ?? (words.length === 0 ? FOLDER : null)
  if (folder !== null) write(folder, judgements, streams)
  if (options.json) console.log(JSON.stringify({ kinds, cells: judgements, streams }, null, 2))
  else console.log(tablesOf(judgements, streams))
  if (folder !== null) console.error(`\n${folder}/fidelity.csv, ${folder}/fidelity.svg, ${folder}/kubectl-streams.csv`)
  const isUnknown = (kind: string) => kind === 'not modelled'
  if (judgements.every(({ outcome }) => isUnknown(outcome.kind)) && streams.every(({ kind }) => isUnknown(kind))) {
    console.error('nothing was compared: onpath has no model of any of these cells')
    return 2
  }
  const gone = words.length === 0 ? goneFrom(streams) : []
  if (gone.length > 0) console.error(`known differences of kubectl that no cell has any more: ${gone.join(', ')}`)
  return kinds.every(isWithin) && areStreamsWithin(streams) && gone.length === 0 ? 0 : 1
}

function tablesOf(judgements: readonly Judgement[], streams: readonly StreamJudgement[]): string {
  const tables = [
    ...(judgements.length === 0 ? [] : [cellTable(judgements), kindTable(judgeKinds(judgements))]),
    ...(streams.length === 0 ? [] : [streamTable(streams), streamSummary(streams)]),
  ]
  return tables.join('\n\n')
}

interface Read {
  readonly cells: readonly MeasuredCell[]
  readonly streamCells: readonly StreamCell[]
}

function readCells({ measured, cells: pattern, ownLosses }: FidelityOptions): Read | null {
  const files = measured.length === 0 ? MEASURED : measured
  const cells: MeasuredCell[] = []
  const streamCells: StreamCell[] = []
  for (const file of files) {
    const text = readText(file)
    const problems = text === null ? [`${file}: cannot be read`] : readFile(text, file, cells, streamCells)
    if (problems.length > 0) {
      console.error(problems.slice(0, 20).join('\n'))
      return null
    }
  }
  const words = pattern?.split(/\s+/) ?? []
  const isWanted = (name: string) => words.every((word) => name.includes(word))
  const wanted = {
    cells: cells
      .filter((cell) => isWanted(nameOf(cell)))
      .map((cell) => (ownLosses ? { ...cell, runs: undefined } : cell)),
    streamCells: streamCells.filter((cell) => isWanted(nameOfStream(cell))),
  }
  if (wanted.cells.length + wanted.streamCells.length > 0) return wanted
  const names = [...cells.slice(0, 1).map(nameOf), ...streamCells.slice(0, 1).map(nameOfStream)]
  console.error(`no cell's name holds ${pattern}; names are like: ${names.join(', ')}`)
  return null
}

/** Adds the cells of a file to one of the lists, as its head says, and returns its problems. */
function readFile(text: string, file: string, cells: MeasuredCell[], streamCells: StreamCell[]): readonly string[] {
  if (text.startsWith(`${STREAM_COLUMNS}\n`)) {
    const read = readStreamCells(text, file)
    if (read.ok) streamCells.push(...read.cells)
    return read.ok ? [] : read.problems
  }
  const read = readMeasured(text, file)
  if (read.ok) cells.push(...read.cells)
  return read.ok ? [] : read.problems
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function write(folder: string, judgements: readonly Judgement[], streams: readonly StreamJudgement[]): void {
  mkdirSync(folder, { recursive: true })
  writeWhole(`${folder}/fidelity.csv`, writeFidelityCsv(judgements))
  writeWhole(`${folder}/fidelity.svg`, fidelityPlot(judgements))
  writeWhole(`${folder}/kubectl-streams.csv`, writeStreamCsv(streams))
}

function showProgress(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(done === of ? '\r\u001b[K' : `\r${done} of ${of}`)
}

process.exitCode = await main(process.argv.slice(2))
