import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { drawFraction, type StreamKey } from '../../engine/streams.ts'

/** The kinds of choices that a connection makes. */
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
 * Chooses among the endpoints of a service, SSH tunnels and Konnectivity agents. Kubernetes chooses at random.
 * Simulations of few requests choose in turn, beginning at a random one, so that n connections use all of n
 * alternatives.
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
    // Each round begins at another alternative, so that a client with a periodic pattern does not always get the same
    // one.
    const round = Math.floor(nth / count)
    const first = Math.floor(drawFraction(key.hi, key.lo, round, count, 0, 0) * count)
    return (first + nth) % count
  }
}
