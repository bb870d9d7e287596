import { BadCsv, type CsvLine, parseCsv } from '../../src/study/compare/parse-csv.ts'
import type { MeasuredCell } from './measured-cell.ts'

const REAL_STACKS = 'stack,oneway_us,rate_mbps,queue,loss,cc,rtt_ms,path,what,rep,value'
const NS3 = 'cc,one_way_delay,loss,rngrun,goodput_mbps,events,packets'

/** The cells in the order of their first rows, or the problems of the file, each with its line. */
export type ReadCells =
  | { readonly ok: true; readonly cells: readonly MeasuredCell[] }
  | { readonly ok: false; readonly problems: readonly string[] }

type Row = Omit<MeasuredCell, 'values' | 'runs'> & { readonly value: number; readonly run?: number }

/** Reads measurements of real stacks or of ns-3, as the header says. `file` is its name in problems. */
export function readMeasured(text: string, file: string): ReadCells {
  const lines = linesOf(text)
  if ('reason' in lines) return { ok: false, problems: [`${file}:${lines.line}: ${lines.reason}`] }
  const [head = { line: 1, cells: [] }, ...rest] = lines
  const names = head.cells.join(',')
  const readRow = names === REAL_STACKS ? readRealStacks : names === NS3 ? readNs3 : null
  if (readRow === null)
    return { ok: false, problems: [`${file}:1: expected the columns ${REAL_STACKS}, or of ns-3 ${NS3}`] }
  const columns = head.cells.length
  const problems: string[] = []
  const rows = rest.flatMap(({ line, cells: fields }) => {
    const row = fields.length === columns ? readRow(fields) : null
    if (row === null) problems.push(`${file}:${line}: not a row of ${columns} fields with numbers where they belong`)
    return row === null ? [] : [row]
  })
  if (rows.length === 0 && problems.length === 0) problems.push(`${file}: no rows`)
  return problems.length > 0 ? { ok: false, problems } : { ok: true, cells: cellsOf(rows) }
}

function linesOf(text: string): readonly CsvLine[] | { readonly line: number; readonly reason: string } {
  try {
    return parseCsv(text)
  } catch (error) {
    if (!(error instanceof BadCsv)) throw error
    return { line: error.line, reason: error.message }
  }
}

function cellsOf(rows: readonly Row[]): MeasuredCell[] {
  const cells = new Map<string, MeasuredCell & { readonly values: number[]; readonly runs?: number[] }>()
  for (const { value, run, ...conditions } of rows) {
    const key = JSON.stringify(conditions)
    const cell = cells.get(key)
    if (cell === undefined)
      cells.set(key, { ...conditions, values: [value], ...(run === undefined ? {} : { runs: [run] }) })
    else {
      cell.values.push(value)
      if (run !== undefined) cell.runs?.push(run)
    }
  }
  return [...cells.values()]
}

function readRealStacks(fields: readonly string[]): Row | null {
  const [stack, onewayUs, rateMbps, queuePackets, loss, cc, rttMs, path, what, , value] = fields
  return wholeRow({
    stack,
    onewayUs: numberOf(onewayUs),
    rateMbps: numberOf(rateMbps),
    queuePackets: numberOf(queuePackets),
    loss: numberOf(loss),
    cc,
    rttMs: numberOf(rttMs),
    path,
    what,
    value: numberOf(value),
  })
}

/** Reads measurements of ns-3. Only the device queue of 1000 packets has an effect (README.md). */
function readNs3(fields: readonly string[]): Row | null {
  const [cc, delay, loss, run, goodput] = fields
  const [, amount = '', unit = ''] = /^([\d.]+)(us|ms)$/.exec(delay) ?? []
  const onewayUs = numberOf(amount) * (unit === 'ms' ? 1000 : 1)
  return wholeRow({
    stack: 'ns-3',
    onewayUs,
    rateMbps: 100,
    queuePackets: 1000,
    loss: numberOf(loss),
    cc,
    rttMs: onewayUs / 500,
    path: 'tcp',
    what: 'flow30s',
    value: numberOf(goodput),
    run: numberOf(run),
  })
}

function wholeRow(row: Row): Row | null {
  const { onewayUs, rateMbps, queuePackets, loss, rttMs, value } = row
  const isWhole = [onewayUs, rateMbps, queuePackets, loss, rttMs, value, row.run ?? 0].every((number) => number >= 0)
  return isWhole && loss <= 1 && value > 0 ? row : null
}

function numberOf(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
}
