/** Stops a run whose model contradicts itself. A user's mistake never ends here: those are located and listed. */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new ModelError(invariant)
}

/** A broken invariant of the model: a bug in onpath (exit code 1), not in a scenario. */
export class ModelError extends Error {
  constructor(invariant: string) {
    super(`model invariant broken: ${invariant}`)
    this.name = 'ModelError'
  }
}
