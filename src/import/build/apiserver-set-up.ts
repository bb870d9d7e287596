import type { Place } from '../origin.ts'
import type { WrittenFlag } from '../programs/flag-syntax.ts'
import type { ProgramRun } from '../programs/program-run.ts'

/** The command line of the apiserver. If only extra arguments are known, the flags of the distribution are added. */
export interface ApiserverSetUp {
  /** The record of the command line; if there are several apiservers, the record of the first. */
  readonly run: ProgramRun | null
  readonly flags: readonly WrittenFlag[]
  /** Returns the last flag with this name. */
  flag(name: string): WrittenFlag | undefined
  /** Returns the first line of the command that decides a flag, even if it does not contain the flag. */
  placeOf(name: string): Place
}
