import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import type { ExchangeTable } from '../../http/exchange.ts'
import type { Exchange } from '../../http/rows.ts'
import { growTo } from './side-table.ts'

/** A row for each exchange, by index of ExchangeTable. */
class NumberTable implements ArenaTable {
  /** The generation of the exchange's row, plus 1. */
  generation!: Float64Array
  assigned!: Int32Array

  layOut(columns: Columns): void {
    this.generation = columns.float64()
    this.assigned = columns.int32()
  }
}

/** A number for each exchange, which is 0 until it is set. */
export class ExchangeNumbers {
  private readonly arena: Arena
  private readonly exchanges: ExchangeTable
  private readonly table = new NumberTable()

  constructor(arena: Arena, exchanges: ExchangeTable) {
    this.arena = arena
    this.exchanges = exchanges
    arena.attach(this.table, 64)
  }

  numberFor(exchange: Exchange): number {
    const { table, exchanges } = this
    const index = exchanges.indexOf(exchange)
    const isCurrent = index < table.assigned.length && table.generation[index] === exchanges.generation[exchange] + 1
    return isCurrent ? table.assigned[index] : 0
  }

  assign(exchange: Exchange, value: number): void {
    const { table, exchanges } = this
    const index = exchanges.indexOf(exchange)
    growTo(this.arena, table, table.assigned.length, index)
    table.generation[index] = exchanges.generation[exchange] + 1
    table.assigned[index] = value
  }
}
