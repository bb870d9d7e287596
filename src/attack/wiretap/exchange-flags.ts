import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import type { ExchangeTable } from '../../http/exchange.ts'
import type { Exchange } from '../../http/rows.ts'
import { growTo } from './side-table.ts'

/** A row of flags for each exchange, by index of ExchangeTable. */
class FlagTable implements ArenaTable {
  /** The generation of the exchange's row, plus 1. */
  generation!: Float64Array
  bits!: Int32Array

  layOut(columns: Columns): void {
    this.generation = columns.float64()
    this.bits = columns.int32()
  }
}

/** Flags of exchanges, set once each, so that a message that arrives in several pieces counts once. */
export class ExchangeFlags {
  private readonly arena: Arena
  private readonly exchanges: ExchangeTable
  private readonly table = new FlagTable()

  constructor(arena: Arena, exchanges: ExchangeTable) {
    this.arena = arena
    this.exchanges = exchanges
    arena.attach(this.table, 64)
  }

  /** Sets a flag. Returns false where it was set before. */
  setOnce(exchange: Exchange, bit: number): boolean {
    const { table } = this
    const index = this.exchanges.indexOf(exchange)
    growTo(this.arena, table, table.bits.length, index)
    const generation = this.exchanges.generation[exchange] + 1
    if (table.generation[index] !== generation) table.bits[index] = 0
    if ((table.bits[index] & bit) !== 0) return false
    table.generation[index] = generation
    table.bits[index] |= bit
    return true
  }
}
