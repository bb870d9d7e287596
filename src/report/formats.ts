import type { CheckFormat } from './check/check-format.ts'
import { checkJson } from './check/check-json.ts'
import type { CiOutput } from './ci/ci-output.ts'
import { codeQuality } from './ci/code-quality.ts'
import { github } from './ci/github.ts'
import { junit } from './ci/junit.ts'
import { sarif } from './ci/sarif.ts'
import type { ComparisonFormat } from './comparison/comparison-format.ts'
import { comparisonJson } from './comparison/comparison-json.ts'
import { limitsCsv } from './limits/limits-csv.ts'
import type { LimitsFormat } from './limits/limits-format.ts'
import { limitsJson } from './limits/limits-json.ts'
import { matrixCsv } from './matrix/matrix-csv.ts'
import type { MatrixFormat } from './matrix/matrix-format.ts'
import { matrixJson } from './matrix/matrix-json.ts'
import { matrixWorst } from './matrix/matrix-worst.ts'
import { joint } from './run/joint-table.ts'
import { resultsCsv } from './run/results-csv.ts'
import type { RunFile, RunFormat } from './run/run-format.ts'
import { runJson } from './run/run-json.ts'
import { verdictsCsv } from './run/verdicts-csv.ts'
import { sweepCsv } from './sweep/sweep-csv.ts'
import type { SweepFormat } from './sweep/sweep-format.ts'
import { sweepJson } from './sweep/sweep-json.ts'

/** The output formats of `onpath run`, each with its option. Without an option it prints a table for each run. */
export const RUN_FORMATS = {
  json: runJson,
  joint,
} satisfies Readonly<Record<string, RunFormat>>

/** The files of a run folder in addition to the scenario, the packet digests and `summary.json`. */
export const RUN_FILES = {
  'results.csv': resultsCsv,
  'verdicts.csv': verdictsCsv,
} satisfies Readonly<Record<string, RunFile>>

/** The output formats of `onpath matrix`, each with its option. Without an option it prints a table. */
export const MATRIX_FORMATS = {
  json: matrixJson,
  csv: matrixCsv,
  worst: matrixWorst,
} satisfies Readonly<Record<string, MatrixFormat>>

/** The output formats of `onpath check`, each with its option. Without an option it prints sentences. */
export const CHECK_FORMATS = {
  json: checkJson,
} satisfies Readonly<Record<string, CheckFormat>>

/** The output formats of `onpath sweep`, each with its option. Without an option it prints a table. */
export const SWEEP_FORMATS = {
  json: sweepJson,
  csv: sweepCsv,
} satisfies Readonly<Record<string, SweepFormat>>

/** The output formats of `onpath compare`, each with its option. Without an option it prints a table. */
export const COMPARISON_FORMATS = {
  json: comparisonJson,
} satisfies Readonly<Record<string, ComparisonFormat>>

/** The output formats of `onpath limits`, each with its option. Without an option it prints a table. */
export const LIMITS_FORMATS = {
  json: limitsJson,
  csv: limitsCsv,
} satisfies Readonly<Record<string, LimitsFormat>>

/** The formats of each command that prints results. */
export const FORMATS = {
  run: RUN_FORMATS,
  matrix: MATRIX_FORMATS,
  check: CHECK_FORMATS,
  sweep: SWEEP_FORMATS,
  compare: COMPARISON_FORMATS,
  limits: LIMITS_FORMATS,
}

/** The outputs for CI systems, each with its option. */
export const CI_OUTPUTS = {
  junit,
  sarif,
  codeQuality,
  github,
} satisfies Readonly<Record<string, CiOutput>>
