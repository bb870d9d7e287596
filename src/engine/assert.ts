/**
 * Stops a run whose model contradicts itself, by throwing a ModelError. A mistake in a scenario is never reported this
 * way: it becomes a located problem.
 */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new ModelError(invariant)
}

/** A broken invariant of the model. It is a bug in onpath (exit code 1), not in a scenario. */
export class ModelError extends Error {
  constructor(invariant: string) {
    super(`model invariant broken: ${invariant}`)
    this.name = 'ModelError'
  }
}
