import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Result } from '../../measure/result.ts'
import { BadBenchCsv, type BenchSamples, readBenchCsv } from '../../report/comparison/bench-csv.ts'
import { compareBenches } from '../../report/comparison/compare-benches.ts'
import { compareResults } from '../../report/comparison/compare-results.ts'
import type { Comparison } from '../../report/comparison/comparison.ts'
import { SUMMARY } from '../run/run-folder.ts'
import { onFile, UsageError } from '../usage-error.ts'
import { parseResult } from './parse-result.ts'
import { readTextFile } from './read-text.ts'

type Side =
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'bench'; readonly benches: readonly BenchSamples[] }

/**
 * Reads two runs or two benchmark files and compares them.
 * @throws UsageError when one of them cannot be read, or they are of different kinds
 */
export function readComparison(pathA: string, pathB: string): Comparison {
  const [a, b] = [readSide(pathA), readSide(pathB)]
  if (a.kind === 'result' && b.kind === 'result') {
    return compareResults({ label: pathA, result: a.result }, { label: pathB, result: b.result })
  }
  if (a.kind === 'bench' && b.kind === 'bench') {
    return compareBenches({ label: pathA, benches: a.benches }, { label: pathB, benches: b.benches })
  }
  throw new UsageError(`cannot compare ${pathA} with ${pathB}: one is a run and the other a benchmark`)
}

function readSide(path: string): Side {
  const isFolder = onFile('read', path, () => statSync(path).isDirectory())
  const file = isFolder ? join(path, SUMMARY) : path
  const text = readTextFile(file)
  return file.endsWith('.csv')
    ? { kind: 'bench', benches: parseBenches(text, file) }
    : { kind: 'result', result: resultIn(text, file) }
}

function resultIn(text: string, file: string): Result {
  const result = parseResult(text)
  if (result === null)
    throw cannotCompare(file, `it is not the ${SUMMARY} of a run of this version; run the scenario again`)
  return result
}

function parseBenches(text: string, file: string): BenchSamples[] {
  try {
    return readBenchCsv(text)
  } catch (error) {
    if (error instanceof BadBenchCsv) throw cannotCompare(file, error.message)
    throw error
  }
}

/** Returns the error for a file that cannot be compared. For a file in a run folder, it names the folder. */
function cannotCompare(file: string, reason: string): UsageError {
  const folder = dirname(file)
  const isInRunFolder = basename(file) !== SUMMARY && existsSync(join(folder, SUMMARY))
  return new UsageError(`cannot read ${file}: ${isInRunFolder ? `name the run folder ${folder} instead` : reason}`)
}
