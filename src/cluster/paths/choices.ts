import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { drawFraction, type StreamKey } from '../../engine/streams.ts'

/** The kinds of things that a connection chooses one of. */
const CHOSEN_KINDS = ['endpoint', 'tunnel', 'agent'] as const
export type ChosenKind = (typeof CHOSEN_KINDS)[number]

/** A row for each path and kind: `path * kinds + kind`. */
class TurnTable implements ArenaTable {
  /** The number of connections that have chosen. */
  taken!: Float64Array

  layOut(columns: Columns): void {
    this.taken = columns.float64()
  }
}

/** A choice that a connection makes. */
export interface Choice {
  readonly path: number
  readonly kind: ChosenKind
  /** The key of the random stream of this choice. */
  readonly key: StreamKey
  /** The hash of the connection's name. */
  readonly nameHigh: number
  readonly nameLow: number
}

/**
 * Chooses among the endpoints of a service, SSH tunnels and Konnectivity agents: at random, as Kubernetes does; or in
 * turn from a random one on, so that n connections take each of n alternatives, for simulations of few requests that
 * must miss none.
 */
export class Choices {
  private readonly isInTurn: boolean
  private readonly table = new TurnTable()

  constructor(arena: Arena, pathCount: number, isInTurn: boolean) {
    this.isInTurn = isInTurn
    arena.attach(this.table, isInTurn ? Math.max(1, pathCount * CHOSEN_KINDS.length) : 1)
    this.table.taken.fill(0)
  }

  /** Returns the index of one of `count` alternatives. */
  among(count: number, { path, kind, key, nameHigh, nameLow }: Choice): number {
    if (!this.isInTurn) return Math.floor(drawFraction(key.hi, key.lo, nameHigh, nameLow, 0, 0) * count)
    const row = path * CHOSEN_KINDS.length + CHOSEN_KINDS.indexOf(kind)
    const nth = this.table.taken[row]++
    // Each round begins at another alternative, so that no client with a rhythm of its own always gets the same.
    const round = Math.floor(nth / count)
    const first = Math.floor(drawFraction(key.hi, key.lo, round, count, 0, 0) * count)
    return (first + nth) % count
  }
}
