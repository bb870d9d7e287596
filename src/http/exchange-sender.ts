import { NONE } from '../engine/table.ts'
import type { Exchanges } from './exchanges.ts'
import type { Framing } from './framing.ts'
import { UNKNOWN_LENGTH } from './message.ts'
import type { Exchange, HttpConnection } from './rows.ts'

/** Sends the bodies of exchanges: one piece of each in turn, as far as windows and the connection allow. */
export class ExchangeSender {
  private readonly exchanges: Exchanges
  private readonly framing: Framing

  constructor(exchanges: Exchanges, framing: Framing) {
    this.exchanges = exchanges
    this.framing = framing
  }

  pump(connection: HttpConnection): void {
    const { table, connections } = this.exchanges
    if (!this.endDrained(connection)) return
    while (this.canPump(connection)) {
      const exchange = this.nextToSend(connection)
      if (exchange === NONE) return this.wakeWriters(connection)
      connections.turn[connection] = table.next[exchange]
      this.sendPiece(exchange)
    }
  }

  private canPump(connection: HttpConnection): boolean {
    const { connections, streams } = this.exchanges
    const lower = connections.lower[connection]
    return lower !== NONE && connections.isReady[connection] === 1 && streams.hasRoom(lower)
  }

  private sendPiece(exchange: Exchange): void {
    const { table, streams } = this.exchanges
    const generation = table.generation[exchange]
    const mostBytes = Math.min(this.exchanges.unsentBytes(exchange), this.framing.maxPieceBytes(exchange))
    const lengthBytes = streams.contiguousBytes(table.stream[exchange], table.sentBytes[exchange], mostBytes)
    table.sentBytes[exchange] += lengthBytes
    const isLast = table.sentBytes[exchange] === table.bodyBytes[exchange]
    if (isLast) table.hasSentEnd[exchange] = 1
    this.framing.writePiece(exchange, lengthBytes, isLast)
    this.endIfDrained(exchange)
    if (table.generation[exchange] !== generation) return
    this.wakeWriter(exchange)
    if (table.generation[exchange] === generation) this.exchanges.releaseIfOver(exchange)
  }

  /** Returns the next exchange, in turn, that has data to send and a window for it; NONE if there is none. */
  private nextToSend(connection: HttpConnection): Exchange {
    const { table, connections } = this.exchanges
    const first = connections.firstExchange[connection]
    const start = connections.turn[connection] === NONE ? first : connections.turn[connection]
    let exchange = start
    while (exchange !== NONE) {
      if (table.isSending[exchange] === 1 && this.canSend(exchange)) return exchange
      exchange = table.next[exchange] === NONE ? first : table.next[exchange]
      if (exchange === start) return NONE
    }
    return NONE
  }

  private canSend(exchange: Exchange): boolean {
    const { table } = this.exchanges
    if (table.hasSentHead[exchange] === 0 || table.hasSentEnd[exchange] === 1) return false
    if (this.exchanges.unsentBytes(exchange) === 0) return false
    const isOpen = this.framing.maxPieceBytes(exchange) > 0
    this.exchanges.setWindowClosed(exchange, !isOpen)
    return isOpen
  }

  /**
   * Ends bodies whose user has finished and whose data is sent. Returns false when the connection has ended meanwhile.
   */
  private endDrained(connection: HttpConnection): boolean {
    const { table, connections } = this.exchanges
    const generation = connections.generation[connection]
    for (let exchange = connections.firstExchange[connection]; exchange !== NONE; ) {
      const next = table.next[exchange]
      if (table.isSending[exchange] === 1) this.endIfDrained(exchange)
      if (connections.generation[connection] !== generation) return false
      exchange = next
    }
    return true
  }

  private endIfDrained(exchange: Exchange): void {
    const { table, streams } = this.exchanges
    const hasFinished = streams.table.hasFinished[table.stream[exchange]] === 1
    if (!hasFinished || table.hasSentHead[exchange] === 0 || table.hasSentEnd[exchange] === 1) return
    if (this.exchanges.unsentBytes(exchange) > 0) return
    if (table.bodyBytes[exchange] !== UNKNOWN_LENGTH) return this.framing.cancel(exchange)
    table.hasSentEnd[exchange] = 1
    this.framing.writeEnd(exchange)
    this.exchanges.releaseIfOver(exchange)
  }

  private wakeWriters(connection: HttpConnection): void {
    const { table, connections } = this.exchanges
    const generation = connections.generation[connection]
    for (let exchange = connections.firstExchange[connection]; exchange !== NONE; ) {
      const next = table.next[exchange]
      if (table.isSending[exchange] === 1) {
        this.wakeWriter(exchange)
        this.exchanges.restIfIdle(exchange)
      }
      if (connections.generation[connection] !== generation) return
      exchange = next
    }
  }

  private wakeWriter(exchange: Exchange): void {
    const { table, streams } = this.exchanges
    if (table.awaitsRoom[exchange] === 1 && this.exchanges.hasRoom(exchange)) streams.drained(table.stream[exchange])
  }
}
