import type { JudgedVerdict } from '../../measure/judge-baseline.ts'
import { OUTCOMES, type Outcome } from '../../measure/verdict.ts'
import { settingIn } from '../../report/sweep/dimension-columns.ts'
import { BadCsv, type CsvLine, parseCsv } from './parse-csv.ts'

/** The verdicts of the runs at one point of a sweep, by seed. */
export interface SweepVerdicts {
  /** The values of the dimensions except the seed, such as `links.wan.loss=1%`; empty if there are none. */
  readonly name: string
  readonly bySeed: ReadonlyMap<string, readonly JudgedVerdict[]>
}

/** Thrown if the file of a sweep's verdicts is damaged, or if another program wrote it. */
export class BadSweepVerdicts extends Error {
  constructor(line: number, reason: string) {
    super(`it has no verdicts of a sweep: line ${line}: ${reason}`)
    this.name = 'BadSweepVerdicts'
  }
}

const NEEDED = [
  'seed',
  'attacker',
  'technique',
  'path',
  'victim',
  'scope',
  'worst',
  'outcomes',
  'messages_exposed',
  'messages',
] as const

/**
 * Reads `verdicts.csv` in the folder of a sweep.
 * @throws BadSweepVerdicts with the line and the reason
 */
export function readSweepVerdicts(text: string): readonly SweepVerdicts[] {
  const [first, ...rows] = linesOf(text)
  const head = first?.cells ?? []
  const missing = NEEDED.find((column) => !head.includes(column))
  if (missing !== undefined) throw new BadSweepVerdicts(1, `expected a column ${missing}`)
  const dimensions = head.slice(0, head.indexOf('seed'))
  const points = new Map<string, Map<string, JudgedVerdict[]>>()
  for (const { line, cells: row } of rows) {
    const cell = (column: (typeof NEEDED)[number]) => row[head.indexOf(column)] ?? ''
    const name = dimensions.map((header, nth) => settingIn(header, row[nth])).join(', ')
    const bySeed = points.get(name) ?? new Map<string, JudgedVerdict[]>()
    points.set(name, bySeed)
    const seed = cell('seed')
    bySeed.set(seed, [...(bySeed.get(seed) ?? []), verdictIn(cell, line)])
  }
  return [...points].map(([name, bySeed]) => ({ name, bySeed }))
}

function linesOf(text: string): CsvLine[] {
  try {
    return parseCsv(text)
  } catch (error) {
    if (error instanceof BadCsv) throw new BadSweepVerdicts(error.line, error.message)
    throw error
  }
}

function verdictIn(cell: (column: (typeof NEEDED)[number]) => string, line: number): JudgedVerdict {
  const outcomeIn = (text: string): Outcome => {
    const outcome = OUTCOMES.find((one) => one === text)
    if (outcome === undefined) throw new BadSweepVerdicts(line, `"${text}" is no outcome`)
    return outcome
  }
  const countIn = (text: string): number => {
    const count = text === '' ? Number.NaN : Number(text)
    if (!Number.isSafeInteger(count) || count < 0)
      throw new BadSweepVerdicts(line, `"${text}" is no number of messages`)
    return count
  }
  return {
    attacker: cell('attacker'),
    technique: cell('technique'),
    path: cell('path'),
    victim: cell('victim'),
    scope: cell('scope') === 'own' ? 'own' : 'other',
    worst: outcomeIn(cell('worst')),
    outcomes: cell('outcomes').split(' ').map(outcomeIn),
    exposure: { messages: countIn(cell('messages_exposed')), of: countIn(cell('messages')) },
  }
}
