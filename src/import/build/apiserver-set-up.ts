import type { Place } from '../origin.ts'
import type { WrittenFlag } from '../programs/flag-syntax.ts'
import type { ProgramRun } from '../programs/program-run.ts'

/** The command line of the apiserver, with what a distribution adds to it where it is not known as a whole. */
export interface ApiserverSetUp {
  /** The record of the command line; of several apiservers, that of the first. */
  readonly run: ProgramRun | null
  readonly flags: readonly WrittenFlag[]
  /** Returns the last flag of a name. */
  flag(name: string): WrittenFlag | undefined
  /** Returns the line with which the command begins that decides a flag, whether or not it has the flag. */
  placeOf(name: string): Place
}
