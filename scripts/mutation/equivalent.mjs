/** Mutants that change nothing that can be observed. `was` is the whole text that is replaced. */
export const EQUIVALENT = []
