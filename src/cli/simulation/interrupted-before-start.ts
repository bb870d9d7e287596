import type { ExitCode } from '../exit-code.ts'

/**
 * Thrown when a run is interrupted before its simulation is built, or one whose partial result is of no use. There is no
 * partial result then, and a large cluster takes long enough to plan that nobody should wait for it.
 */
export class InterruptedBeforeStart extends Error {
  readonly code: ExitCode

  constructor(code: ExitCode) {
    super('interrupted before the simulation began')
    this.name = 'InterruptedBeforeStart'
    this.code = code
  }
}
