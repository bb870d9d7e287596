import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'

/**
 * The things that are measured: threads of one process, with results stored, shards one after the other, a merge, a
 * queue.
 */
const ENGINES = ['threads', 'stored', 'shards', 'merge', 'queue'] as const

/** A measured sweep. */
export interface ScaleRow {
  readonly engine: (typeof ENGINES)[number]
  readonly scenario: string
  /** The runs at a time; for shards, the number of shards. */
  readonly workers: number
  readonly points: number
  readonly seconds: number
}

const COLUMNS = ['engine', 'scenario', 'workers', 'points', 'seconds'] as const

const rows = z.array(
  z.strictObject({
    engine: z.enum(ENGINES),
    scenario: z.string(),
    workers: z.coerce.number().int().min(1),
    points: z.coerce.number().int().min(1),
    seconds: z.coerce.number().positive(),
  }),
)

export function scaleCsv(all: readonly ScaleRow[]): string {
  return stringify([COLUMNS, ...all.map((row) => COLUMNS.map((column) => row[column]))])
}

export function readScaleCsv(text: string): readonly ScaleRow[] {
  return rows.parse(parse(text, { columns: true }))
}
