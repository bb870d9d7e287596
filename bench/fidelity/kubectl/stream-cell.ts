import { parseCsv } from '../../../src/study/compare/parse-csv.ts'

/** The median of a figure over the repetitions of a cell, and its range. */
export interface MeasuredFigure {
  readonly metric: string
  readonly repetitions: number
  readonly median: number
  readonly min: number
  readonly max: number
}

/** A measurement of kubectl under one set of conditions, repeated several times. */
export interface StreamCell {
  /** The command, such as `exec-out`; stream-scenario.ts says what each is. */
  readonly what: string
  readonly protocol: string
  readonly onewayUs: number
  readonly rateMbps: number
  readonly queuePackets: number
  readonly cc: string
  /** The round-trip time of pings, from which the delay of the link derives. */
  readonly rttMs: number
  /** The bytes that the command carries; of `cp`, the bytes of the file. */
  readonly bytes: number
  readonly figures: readonly MeasuredFigure[]
}

export const STREAM_COLUMNS =
  'what,protocol,oneway_us,rate_mbps,queue,cc,rtt_ms,bytes,metric,repetitions,median,min,max'

/** The cells in the order of their first rows, or the problems of the file, each with its line. */
export type ReadStreamCells =
  | { readonly ok: true; readonly cells: readonly StreamCell[] }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads a file whose head is STREAM_COLUMNS. `file` is its name in problems. */
export function readStreamCells(text: string, file: string): ReadStreamCells {
  const problems: string[] = []
  const cells = new Map<string, StreamCell & { readonly figures: MeasuredFigure[] }>()
  for (const { line, cells: fields } of parseCsv(text).slice(1)) {
    const [what, protocol, onewayUs, rateMbps, queuePackets, cc, rttMs, bytes, metric, repetitions, ...values] = fields
    const figures = [onewayUs, rateMbps, queuePackets, rttMs, bytes, repetitions, ...values].map(numberOf)
    if (fields.length !== STREAM_COLUMNS.split(',').length || !figures.every((figure) => figure >= 0)) {
      problems.push(`${file}:${line}: not a row of ${STREAM_COLUMNS}`)
      continue
    }
    const key = fields.slice(0, 8).join()
    const cell = cells.get(key) ?? {
      ...{ what, protocol, cc, figures: [] },
      ...{ onewayUs: figures[0], rateMbps: figures[1], queuePackets: figures[2], rttMs: figures[3], bytes: figures[4] },
    }
    cells.set(key, cell)
    cell.figures.push({ metric, repetitions: figures[5], median: figures[6], min: figures[7], max: figures[8] })
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, cells: [...cells.values()] }
}

/** Returns the name of a cell in tables and on the command line. */
export function nameOfStream({ what, protocol, bytes, rttMs, rateMbps, queuePackets }: StreamCell): string {
  return `kubectl ${rttMs}ms ${rateMbps}Mbps q${queuePackets} ${what} ${protocol} ${bytes}B`
}

function numberOf(text: string): number {
  return /^\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN
}
