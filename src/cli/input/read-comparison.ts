import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isFolder } from '../../disk/folders.ts'
import { readTextFile } from '../../disk/read-text.ts'
import { UsageError } from '../../disk/usage-error.ts'
import type { Comparison } from '../../report/comparison/comparison.ts'
import { type ComparedSide, compare, readSide, UnreadableText } from '../../study/compare/compare.ts'
import type { Io } from '../io.ts'
import { SUMMARY } from '../run/run-folder.ts'
import { SWEEP_CSV, SWEEP_NAMES, SWEEP_VERDICTS } from '../sweep/sweep-folder.ts'
import { goOn, readRun, scenarioBeside, warnOfDoubts } from './read-run.ts'

/**
 * Reads two runs, two sweeps or two benchmark files and compares them.
 * @throws UsageError when one of them cannot be read, or they are of different kinds
 */
export function readComparison(pathA: string, pathB: string, io: Io): Comparison {
  return compare(readPath(pathA, io), readPath(pathB, io))
}

function readPath(path: string, io: Io): ComparedSide {
  const isRecorded = isFolder(path)
  if (isRecorded) goOn(path, join(path, SWEEP_CSV), SWEEP_NAMES)
  const isSweep = isRecorded && !existsSync(join(path, SUMMARY)) && existsSync(join(path, SWEEP_CSV))
  if (isRecorded && !isSweep) {
    const { result } = readRun(path)
    warnOfDoubts(path, result, io)
    return { label: path, kind: 'result', result, scenario: scenarioBeside(join(path, SUMMARY)) }
  }
  const file = isSweep ? join(path, SWEEP_CSV) : path
  const verdicts = join(dirname(file), SWEEP_VERDICTS)
  const texts = { file, text: readTextFile(file), scenario: scenarioBeside(file) }
  const hasVerdicts = file.endsWith('.csv') && existsSync(verdicts)
  try {
    return readSide(
      path,
      hasVerdicts ? { ...texts, verdicts: { file: verdicts, text: readTextFile(verdicts) } } : texts,
    )
  } catch (error) {
    if (error instanceof UnreadableText) throw cannotCompare(error)
    throw error
  }
}

/** Returns the error for a file that cannot be compared. For a file in a run folder, it names the folder. */
function cannotCompare({ file, message }: UnreadableText): UsageError {
  const folder = dirname(file)
  const isInRunFolder = basename(file) !== SUMMARY && existsSync(join(folder, SUMMARY))
  return new UsageError(`cannot read ${file}: ${isInRunFolder ? `name the run folder ${folder} instead` : message}`)
}
