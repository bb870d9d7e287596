import type { Spot } from '../tree/source-text.ts'

/** Where the parts of the stanza are, with what to say of values that follow from them. */
export interface Places {
  readonly cluster: Spot
  readonly nodes: Spot
  readonly pods: Spot
  readonly users: Spot
  readonly address: Spot
}
