import type { Result } from '../../measure/result.ts'
import type { Comparison } from '../../report/comparison/comparison.ts'
import { checkArgument, checkShape, InvalidOptions, TEXT } from '../../simulation/given/check-given.ts'
import { SIDE, SIDE_SHAPE } from '../given.ts'
import { BadBenchCsv, type BenchSamples, readBenchCsv } from './bench-csv.ts'
import { compareBenches } from './compare-benches.ts'
import { compareResults } from './compare-results.ts'
import { compareSweeps, type LabelledSweep } from './compare-sweeps.ts'
import { BadCsv } from './parse-csv.ts'
import { parseResult } from './parse-result.ts'
import { isSweepCsv, readSweepCsv } from './sweep-samples.ts'
import { BadSweepVerdicts, readSweepVerdicts } from './sweep-verdicts.ts'

/** The texts of one side of a comparison. */
export interface ComparedTexts {
  /** The name of the file. It ends with `.csv` for a sweep or benchmarks. */
  readonly file: string
  /** The summary of a run, the figures of a sweep, or a CSV of `npm run bench`. */
  readonly text: string
  /** The verdicts of a sweep, with the name of their file; absent if there are none. */
  readonly verdicts?: { readonly file: string; readonly text: string }
  /** The scenario as plain values; null if unknown. */
  readonly scenario: unknown
}

/** One side of a comparison. */
export type ComparedSide = { readonly label: string } & (
  | { readonly kind: 'result'; readonly result: Result; readonly scenario: unknown }
  | { readonly kind: 'sweep'; readonly sweep: Omit<LabelledSweep, 'label'> }
  | { readonly kind: 'bench'; readonly benches: readonly BenchSamples[] }
)

/** Thrown for a text that is damaged, or that another program wrote. */
export class UnreadableText extends Error {
  readonly file: string

  constructor(file: string, message: string) {
    super(message)
    this.name = 'UnreadableText'
    this.file = file
  }
}

/** Reads one side of a comparison. @throws UnreadableText */
export function readSide(label: string, texts: ComparedTexts): ComparedSide {
  checkArgument('label of readSide', label, TEXT)
  checkShape('key of the texts of readSide', texts, SIDE_SHAPE)
  const { file, text, verdicts, scenario } = texts
  if (!file.endsWith('.csv')) {
    const parsed = parseResult(text)
    if (!parsed.ok) throw new UnreadableText(file, parsed.reason)
    return { label, kind: 'result', result: parsed.result, scenario }
  }
  if (!isSweepCsv(text)) return { label, kind: 'bench', benches: readAs(readBenchCsv, text, file) }
  const samples = readAs(readSweepCsv, text, file)
  const own = verdicts === undefined ? [] : readAs(readSweepVerdicts, verdicts.text, verdicts.file)
  return { label, kind: 'sweep', sweep: { samples, verdicts: own, scenario } }
}

function readAs<T>(read: (text: string) => T, text: string, file: string): T {
  try {
    return read(text)
  } catch (error) {
    if (error instanceof BadCsv) throw new UnreadableText(file, `it is no sweep: line ${error.line}: ${error.message}`)
    if (error instanceof BadSweepVerdicts || error instanceof BadBenchCsv) throw new UnreadableText(file, error.message)
    throw error
  }
}

/**
 * Compares two runs, two sweeps or two files of benchmarks. @throws InvalidOptions if the two are of different kinds
 */
export function compare(a: ComparedSide, b: ComparedSide): Comparison {
  checkArgument('first side of compare', a, SIDE)
  checkArgument('second side of compare', b, SIDE)
  if (a.kind === 'result' && b.kind === 'result') return compareResults(a, b)
  if (a.kind === 'sweep' && b.kind === 'sweep')
    return compareSweeps({ label: a.label, ...a.sweep }, { label: b.label, ...b.sweep })
  if (a.kind === 'bench' && b.kind === 'bench') return compareBenches(a, b)
  throw new InvalidOptions(
    `cannot compare ${a.label} with ${b.label}: one is ${NAMES[a.kind]} and the other ${NAMES[b.kind]}`,
  )
}

const NAMES = { result: 'a run', sweep: 'a sweep', bench: 'a benchmark' } as const
