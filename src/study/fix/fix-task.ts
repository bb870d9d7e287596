import type { ImportFile } from '../../import/import-file.ts'
import type { CheckPlan } from '../check/read-check.ts'
import type { Simulator } from '../simulator/simulator.ts'
import type { Bench } from './bench.ts'
import type { ClusterSetUp } from './cluster-set-up.ts'
import type { Fixable } from './fixable.ts'

export interface FixOptions {
  /** The day for which `accept` is evaluated, such as 2027-03-01. */
  readonly today: string
  /** Writes the changed files after their verification, and reads them again; absent if they are only shown. */
  readonly write?: ((before: readonly ImportFile[], after: readonly ImportFile[]) => Written) | undefined
}

/** The files as read again after writing; null if they were not written. */
export interface Written {
  readonly written: readonly ImportFile[] | null
  /** The reason why they cannot be written. */
  readonly unwritable?: string
}

/** A fix to search for. */
export interface FixTask {
  readonly fixable: Fixable
  readonly plan: CheckPlan
  readonly setUp: ClusterSetUp
  readonly bench: Bench
  readonly options: FixOptions
  readonly simulator: Simulator
}
