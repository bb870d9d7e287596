import type { Position } from '../problems/source-text.ts'

/** The positions of the parts of the section `cluster`. Each has the origin that values derived from it show. */
export interface StanzaPositions {
  readonly cluster: Position
  readonly nodes: Position
  readonly pods: Position
  readonly users: Position
  readonly address: Position
}
