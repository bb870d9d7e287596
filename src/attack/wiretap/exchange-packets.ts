import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { ExchangeTable } from '../../http/exchange.ts'
import type { Exchange } from '../../http/rows.ts'
import { NO_PACKET, type PacketReference } from '../state/event-counts.ts'
import { growTo } from './side-table.ts'

/** A row for each exchange, by index of ExchangeTable. */
class PacketOfExchangeTable implements ArenaTable {
  /** The generation of the exchange's row, plus 1. */
  generation!: Float64Array
  direction!: Int32Array
  serial!: Float64Array

  layOut(columns: Columns): void {
    this.generation = columns.float64()
    this.serial = columns.float64()
    this.direction = columns.int32()
  }
}

/** The packets that delivered requests to their servers, for requests that attackers sent. */
export class ExchangePackets {
  private readonly arena: Arena
  private readonly exchanges: ExchangeTable
  private readonly table = new PacketOfExchangeTable()

  constructor(arena: Arena, exchanges: ExchangeTable) {
    this.arena = arena
    this.exchanges = exchanges
    arena.attach(this.table, 64)
  }

  note(exchange: Exchange, { direction, serial }: PacketReference): void {
    if (direction === NONE) return
    const { table, exchanges } = this
    const index = exchanges.indexOf(exchange)
    growTo(this.arena, table, table.serial.length, index)
    table.generation[index] = exchanges.generation[exchange] + 1
    table.direction[index] = direction
    table.serial[index] = serial
  }

  packetOf(exchange: Exchange): PacketReference {
    const { table, exchanges } = this
    const index = exchanges.indexOf(exchange)
    const isCurrent = index < table.serial.length && table.generation[index] === exchanges.generation[exchange] + 1
    return isCurrent ? { direction: table.direction[index], serial: table.serial[index] } : NO_PACKET
  }
}
