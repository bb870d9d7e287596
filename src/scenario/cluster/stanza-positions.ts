import type { Position } from '../tree/source-text.ts'

/** Where the parts of the stanza are, with what to say of values that follow from them. */
export interface StanzaPositions {
  readonly cluster: Position
  readonly nodes: Position
  readonly pods: Position
  readonly users: Position
  readonly address: Position
}
