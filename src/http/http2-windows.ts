import { NONE } from '../engine/table.ts'
import type { Exchanges } from './exchanges.ts'
import { grpcWindowUpdateBytes, windowUpdateBytes } from './http2-flow-control.ts'
import { WINDOW_UPDATE_BYTES } from './http2-frames.ts'
import { DEFAULT_WINDOW_BYTES, type Http2Parameters } from './http2-parameters.ts'
import { detailOf, WINDOW_UPDATE } from './marks.ts'
import type { Exchange, HttpConnection } from './rows.ts'

/** The stream identifier of a WINDOW_UPDATE for the whole connection (RFC 9113 section 6.9). */
const CONNECTION = 0

/**
 * The windows of streams and of the connection, which limit what one end may send before the other has read (RFC 9113
 * section 5.2).
 */
export class Http2Windows {
  private readonly exchanges: Exchanges
  private readonly parameters: readonly Http2Parameters[]

  constructor(exchanges: Exchanges, parameters: readonly Http2Parameters[]) {
    this.exchanges = exchanges
    this.parameters = parameters
  }

  begin(connection: HttpConnection): void {
    const { connections } = this.exchanges
    connections.sendWindowBytes[connection] = DEFAULT_WINDOW_BYTES
    connections.receiveWindowBytes[connection] =
      this.parameters[connections.parameters[connection]].connectionWindowBytes
    connections.unreturnedBytes[connection] = 0
  }

  /** Applies the far end's SETTINGS, and the WINDOW_UPDATE for the connection that Go's peers send right after them. */
  takeSettings(connection: HttpConnection): void {
    const { table, connections } = this.exchanges
    const peer = this.parameters[connections.peerParameters[connection]]
    connections.sendWindowBytes[connection] += peer.connectionWindowBytes - DEFAULT_WINDOW_BYTES
    for (let exchange = connections.firstExchange[connection]; exchange !== NONE; exchange = table.next[exchange]) {
      if (table.hasSentHead[exchange] === 1)
        table.sendWindowBytes[exchange] += peer.initialStreamWindowBytes - DEFAULT_WINDOW_BYTES
    }
  }

  takeUpdate(connection: HttpConnection, number: number, grantedBytes: number): void {
    const { table, connections } = this.exchanges
    if (number === CONNECTION) {
      connections.sendWindowBytes[connection] += grantedBytes
      return
    }
    const exchange = this.exchanges.find(connection, number)
    if (exchange !== NONE) table.sendWindowBytes[exchange] += grantedBytes
  }

  /** Subtracts a DATA frame that has arrived from the windows. */
  onArrived(exchange: Exchange, lengthBytes: number): void {
    const { table, connections } = this.exchanges
    table.receiveWindowBytes[exchange] -= lengthBytes
    connections.receiveWindowBytes[table.connection[exchange]] -= lengthBytes
  }

  /** Called when the application has read data: grants more window when enough has been read. */
  onConsumed(exchange: Exchange, lengthBytes: number): void {
    const { table, connections } = this.exchanges
    const connection = table.connection[exchange]
    table.unreturnedBytes[exchange] += lengthBytes
    connections.unreturnedBytes[connection] += lengthBytes
    const own = this.parameters[connections.parameters[connection]]
    const forConnection = grantBytes(
      own,
      own.connectionWindowBytes,
      connections.receiveWindowBytes[connection],
      connections.unreturnedBytes[connection],
    )
    if (forConnection > 0) {
      connections.receiveWindowBytes[connection] += forConnection
      connections.unreturnedBytes[connection] -= forConnection
      this.grant(connection, CONNECTION, forConnection)
    }
    // A receiver grants no more for a message that has ended.
    if (table.hasArrivedEnd[exchange] === 1) return
    const forStream = grantBytes(
      own,
      own.initialStreamWindowBytes,
      table.receiveWindowBytes[exchange],
      table.unreturnedBytes[exchange],
    )
    if (forStream === 0) return
    table.receiveWindowBytes[exchange] += forStream
    table.unreturnedBytes[exchange] -= forStream
    this.grant(connection, table.number[exchange], forStream)
  }

  private grant(connection: HttpConnection, number: number, bytes: number): void {
    const { connections, streams } = this.exchanges
    const lower = connections.lower[connection]
    if (lower !== NONE) streams.write(lower, WINDOW_UPDATE_BYTES, WINDOW_UPDATE, bytes, detailOf(number, false), NONE)
  }
}

function grantBytes(
  { grants }: Http2Parameters,
  windowBytes: number,
  availableBytes: number,
  unsentBytes: number,
): number {
  return grants === 'go'
    ? windowUpdateBytes(availableBytes, unsentBytes)
    : grpcWindowUpdateBytes(windowBytes, unsentBytes)
}
