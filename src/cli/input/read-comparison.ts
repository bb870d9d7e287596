import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readTextFile } from '../../disk/read-text.ts'
import { onFile, UsageError } from '../../disk/usage-error.ts'
import type { Result } from '../../measure/result.ts'
import { BadBenchCsv, type BenchSamples, readBenchCsv } from '../../report/comparison/bench-csv.ts'
import { compareBenches } from '../../report/comparison/compare-benches.ts'
import { compareResults } from '../../report/comparison/compare-results.ts'
import { compareSweeps, type LabelledSweep } from '../../report/comparison/compare-sweeps.ts'
import type { Comparison } from '../../report/comparison/comparison.ts'
import { BadCsv } from '../../report/comparison/parse-csv.ts'
import { isSweepCsv, readSweepCsv } from '../../report/comparison/sweep-samples.ts'
import { BadSweepVerdicts, readSweepVerdicts } from '../../report/comparison/sweep-verdicts.ts'
import type { Io } from '../io.ts'
import { SUMMARY } from '../run/run-folder.ts'
import { SWEEP_CSV, SWEEP_NAMES, SWEEP_VERDICTS } from '../sweep/sweep-folder.ts'
import { parseResult } from './parse-result.ts'
import { goOn, readRun, scenarioBeside, warnOfDoubts } from './read-run.ts'

type Side =
  | { readonly kind: 'result'; readonly result: Result; readonly scenario: unknown }
  | { readonly kind: 'sweep'; readonly sweep: Omit<LabelledSweep, 'label'> }
  | { readonly kind: 'bench'; readonly benches: readonly BenchSamples[] }

/**
 * Reads two runs, two sweeps or two benchmark files and compares them.
 * @throws UsageError when one of them cannot be read, or they are of different kinds
 */
export function readComparison(pathA: string, pathB: string, io: Io): Comparison {
  const [a, b] = [readSide(pathA, io), readSide(pathB, io)]
  if (a.kind === 'result' && b.kind === 'result') {
    const { result, scenario } = a
    return compareResults({ label: pathA, result, scenario }, { label: pathB, result: b.result, scenario: b.scenario })
  }
  if (a.kind === 'sweep' && b.kind === 'sweep') {
    return compareSweeps({ label: pathA, ...a.sweep }, { label: pathB, ...b.sweep })
  }
  if (a.kind === 'bench' && b.kind === 'bench') {
    return compareBenches({ label: pathA, benches: a.benches }, { label: pathB, benches: b.benches })
  }
  throw new UsageError(`cannot compare ${pathA} with ${pathB}: one is ${NAMES[a.kind]} and the other ${NAMES[b.kind]}`)
}

const NAMES = { result: 'a run', sweep: 'a sweep', bench: 'a benchmark' } as const

function readSide(path: string, io: Io): Side {
  const isFolder = onFile('read', path, () => statSync(path).isDirectory())
  if (isFolder) goOn(path, join(path, SWEEP_CSV), SWEEP_NAMES)
  const isSweep = isFolder && !existsSync(join(path, SUMMARY)) && existsSync(join(path, SWEEP_CSV))
  if (isFolder && !isSweep) {
    const { result } = readRun(path)
    warnOfDoubts(path, result, io)
    return { kind: 'result', result, scenario: scenarioBeside(join(path, SUMMARY)) }
  }
  const file = isSweep ? join(path, SWEEP_CSV) : path
  const text = readTextFile(file)
  if (!file.endsWith('.csv')) return { kind: 'result', result: resultIn(text, file), scenario: scenarioBeside(file) }
  if (isSweepCsv(text)) return { kind: 'sweep', sweep: readSweep(file, text) }
  return { kind: 'bench', benches: readAs(readBenchCsv, text, file) }
}

/** Reads the figures of a sweep, and the scenario and verdicts in the same folder. */
function readSweep(file: string, figures: string): Omit<LabelledSweep, 'label'> {
  const verdicts = join(dirname(file), SWEEP_VERDICTS)
  return {
    samples: readAs(readSweepCsv, figures, file),
    verdicts: existsSync(verdicts) ? readAs(readSweepVerdicts, readTextFile(verdicts), verdicts) : [],
    scenario: scenarioBeside(file),
  }
}

function resultIn(text: string, file: string): Result {
  const parsed = parseResult(text)
  if (!parsed.ok) throw cannotCompare(file, parsed.reason)
  return parsed.result
}

/** Reads a text of a file. @throws UsageError where it is damaged, or of another program */
function readAs<T>(read: (text: string) => T, text: string, file: string): T {
  try {
    return read(text)
  } catch (error) {
    if (error instanceof BadCsv) throw cannotCompare(file, `it is no sweep: line ${error.line}: ${error.message}`)
    if (error instanceof BadSweepVerdicts || error instanceof BadBenchCsv) throw cannotCompare(file, error.message)
    throw error
  }
}

/** Returns the error for a file that cannot be compared. For a file in a run folder, it names the folder. */
function cannotCompare(file: string, reason: string): UsageError {
  const folder = dirname(file)
  const isInRunFolder = basename(file) !== SUMMARY && existsSync(join(folder, SUMMARY))
  return new UsageError(`cannot read ${file}: ${isInRunFolder ? `name the run folder ${folder} instead` : reason}`)
}
