import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import type { ExchangeTable } from '../../http/exchange.ts'
import type { Exchange } from '../../http/rows.ts'

class NoteTable implements ArenaTable {
  /** By the exchange's index: its generation, plus 1. */
  generation!: Float64Array
  bits!: Int32Array

  layOut(columns: Columns): void {
    this.generation = columns.float64()
    this.bits = columns.int32()
  }
}

/** What was noted of an exchange at this end already, so that a message that comes in many pieces counts once. */
export class ExchangeNotes {
  private readonly arena: Arena
  private readonly exchanges: ExchangeTable
  private readonly table = new NoteTable()

  constructor(arena: Arena, exchanges: ExchangeTable) {
    this.arena = arena
    this.exchanges = exchanges
    arena.attach(this.table, 64)
  }

  isNoted(exchange: Exchange, bit: number): boolean {
    const index = this.exchanges.indexOf(exchange)
    this.makeRoomFor(index)
    const isPresent = this.table.generation[index] === this.exchanges.generation[exchange] + 1
    return isPresent && (this.table.bits[index] & bit) !== 0
  }

  /** True the first time. */
  noteOnce(exchange: Exchange, bit: number): boolean {
    if (this.isNoted(exchange, bit)) return false
    const generation = this.exchanges.generation[exchange] + 1
    const index = this.exchanges.indexOf(exchange)
    const { table } = this
    if (table.generation[index] !== generation) table.bits[index] = 0
    table.generation[index] = generation
    table.bits[index] |= bit
    return true
  }

  private makeRoomFor(index: number): void {
    let room = this.table.bits.length
    while (room <= index) room *= 2
    if (room > this.table.bits.length) this.arena.grow(this.table, room)
  }
}
