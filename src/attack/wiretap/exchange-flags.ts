import type { Arena } from '../../engine/arena.ts'
import type { ExchangeTable } from '../../http/exchange.ts'
import type { Exchange } from '../../http/rows.ts'
import { ExchangeNumbers } from './exchange-numbers.ts'

/** Flags of exchanges, set once each, so that a message that arrives in several pieces counts once. */
export class ExchangeFlags {
  private readonly bits: ExchangeNumbers

  constructor(arena: Arena, exchanges: ExchangeTable) {
    this.bits = new ExchangeNumbers(arena, exchanges)
  }

  has(exchange: Exchange, bit: number): boolean {
    return (this.bits.numberFor(exchange) & bit) !== 0
  }

  /** Sets a flag. Returns false where it was set before. */
  setOnce(exchange: Exchange, bit: number): boolean {
    if (this.has(exchange, bit)) return false
    this.bits.assign(exchange, this.bits.numberFor(exchange) | bit)
    return true
  }
}
