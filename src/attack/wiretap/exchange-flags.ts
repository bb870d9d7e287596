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

  /** Sets a flag. Returns false where it was set before. */
  setOnce(exchange: Exchange, bit: number): boolean {
    const bits = this.bits.numberFor(exchange)
    if ((bits & bit) !== 0) return false
    this.bits.assign(exchange, bits | bit)
    return true
  }
}
