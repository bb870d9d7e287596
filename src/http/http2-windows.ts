import { NONE } from '../engine/table.ts'
import type { Exchanges } from './exchanges.ts'
import { grpcWindowUpdateBytes, windowUpdateBytes } from './http2-flow-control.ts'
import { WINDOW_UPDATE_BYTES } from './http2-frames.ts'
import { DEFAULT_WINDOW_BYTES, type Http2Parameters } from './http2-parameters.ts'
import { detailOf, WINDOW_UPDATE } from './marks.ts'
import type { RequestHeads } from './request-heads.ts'
import type { Exchange, HttpConnection } from './rows.ts'

/** The stream identifier of a WINDOW_UPDATE for the whole connection (RFC 9113 section 6.9). */
const CONNECTION = 0
/** The buffer of a reader of lines (bufio/bufio.go, defaultBufSize). */
const LINE_BUFFER_BYTES = 4096

/**
 * The windows of streams and of the connection, which limit what one end may send before the other has read (RFC 9113
 * section 5.2).
 */
export class Http2Windows {
  private readonly exchanges: Exchanges
  private readonly requestHeads: RequestHeads
  private readonly parameters: readonly Http2Parameters[]

  constructor(exchanges: Exchanges, requestHeads: RequestHeads, parameters: readonly Http2Parameters[]) {
    this.exchanges = exchanges
    this.requestHeads = requestHeads
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

  /** Subtracts a DATA frame that has arrived from the windows. One whose exchange is over (NONE) is thrown away. */
  onArrived(connection: HttpConnection, exchange: Exchange, lengthBytes: number): void {
    const { table, connections } = this.exchanges
    connections.receiveWindowBytes[connection] -= lengthBytes
    if (exchange === NONE) this.onDiscarded(connection, lengthBytes)
    else table.receiveWindowBytes[exchange] -= lengthBytes
  }

  /** Called when the application reads data: grants more window when enough has been read. */
  onConsumed(exchange: Exchange, lengthBytes: number): void {
    const { isClient, request } = this.exchanges.table
    const isReadByLine = isClient[exchange] === 1 && this.requestHeads.isReadByLine[request[exchange]] === 1
    const atOnceBytes = isReadByLine ? LINE_BUFFER_BYTES : lengthBytes
    for (let readBytes = 0; readBytes < lengthBytes; readBytes += atOnceBytes)
      this.grantFor(exchange, Math.min(atOnceBytes, lengthBytes - readBytes))
  }

  private grantFor(exchange: Exchange, lengthBytes: number): void {
    const connection = this.exchanges.table.connection[exchange]
    const forConnection = this.grantForConnection(connection, lengthBytes)
    const forStream = this.grantForStream(exchange, lengthBytes)
    if (forConnection + forStream > 0) this.flush(connection)
  }

  /** Called when data of an exchange that is over is thrown away, which only the connection's window counts. */
  onDiscarded(connection: HttpConnection, lengthBytes: number): void {
    if (this.grantForConnection(connection, lengthBytes) > 0) this.flush(connection)
  }

  private grantForConnection(connection: HttpConnection, lengthBytes: number): number {
    const { connections } = this.exchanges
    const own = this.parameters[connections.parameters[connection]]
    connections.unreturnedBytes[connection] += lengthBytes
    const bytes = grantBytes(
      own,
      own.connectionWindowBytes,
      connections.receiveWindowBytes[connection],
      connections.unreturnedBytes[connection],
    )
    if (bytes === 0) return 0
    connections.receiveWindowBytes[connection] += bytes
    connections.unreturnedBytes[connection] -= bytes
    this.grant(connection, CONNECTION, bytes)
    return bytes
  }

  private grantForStream(exchange: Exchange, lengthBytes: number): number {
    const { table, connections } = this.exchanges
    const connection = table.connection[exchange]
    const own = this.parameters[connections.parameters[connection]]
    table.unreturnedBytes[exchange] += lengthBytes
    // Go's client grants window for all that is read; others grant none for a message that has ended
    // (x/net/http2/transport.go, transportResponseBody.Read; server.go, noteBodyRead).
    const isGoClient = own.implementation === 'go' && connections.isClient[connection] === 1
    if (table.hasArrivedEnd[exchange] === 1 && !isGoClient) return 0
    const bytes = grantBytes(
      own,
      own.initialStreamWindowBytes,
      table.receiveWindowBytes[exchange],
      table.unreturnedBytes[exchange],
    )
    if (bytes === 0) return 0
    table.receiveWindowBytes[exchange] += bytes
    table.unreturnedBytes[exchange] -= bytes
    this.grant(connection, table.number[exchange], bytes)
    return bytes
  }

  private grant(connection: HttpConnection, number: number, bytes: number): void {
    const { connections, streams } = this.exchanges
    const lower = connections.lower[connection]
    if (lower !== NONE) streams.append(lower, WINDOW_UPDATE_BYTES, WINDOW_UPDATE, bytes, detailOf(number, false), NONE)
  }

  /** Sends the grants of a connection and of a stream in one TLS record. */
  private flush(connection: HttpConnection): void {
    const { connections, streams } = this.exchanges
    if (connections.lower[connection] !== NONE) streams.flush(connections.lower[connection])
  }
}

function grantBytes(
  { implementation }: Http2Parameters,
  windowBytes: number,
  availableBytes: number,
  unsentBytes: number,
): number {
  return implementation === 'go'
    ? windowUpdateBytes(availableBytes, unsentBytes)
    : grpcWindowUpdateBytes(windowBytes, unsentBytes)
}
