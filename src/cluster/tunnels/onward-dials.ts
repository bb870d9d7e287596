import type { Arena } from '../../engine/arena.ts'
import { NONE, type Row, type RowColumn, Table } from '../../engine/table.ts'
import type { AddressBook } from '../../network/address-book.ts'
import type { SilenceSettings } from '../../transport/lifecycle/keepalive.ts'
import type { Stream } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import { derivedName } from '../../transport/streams/derived-name.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { Relays } from '../../transport/streams/relay.ts'
import type { Tcp } from '../../transport/tcp.ts'
import type { OnwardDial } from '../rows.ts'

class OnwardDialTable<Kind extends string> extends Table<OnwardDial> {
  readonly tunnelled = this.handle<Row<Kind>>()
  readonly tunnelledGeneration = this.uint32()
  readonly stream = this.handle<Stream>()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** The connections inside tunnels, at their far end: SSH channels, or connections through a Konnectivity agent. */
interface TunnelledConnections<Kind extends string> {
  confirm(tunnelled: Row<Kind>): void
  refuse(tunnelled: Row<Kind>, reason: FailureReason): void
}

interface TunnelledTable {
  readonly generation: Uint32Array
  readonly stream: RowColumn<Stream>
}

export interface OnwardDialsParts {
  readonly arena: Arena
  readonly streams: ByteStreams
  readonly tcp: Tcp
  readonly relays: Relays
  readonly addresses: AddressBook
}

/** The salt for the name of a connection to a target. The name also depends on the connection inside the tunnel. */
const ONWARD = 3
/** The index of 127.0.0.1 in every address book. */
const LOOPBACK = 0

/**
 * TCP connections that the far end of a tunnel (sshd or a Konnectivity agent) opens to targets. Once one is open, the
 * connection inside the tunnel is confirmed, and bytes are relayed in both directions. They are charged to no
 * account, since they are behind the tunnel.
 */
export class OnwardDials<Kind extends string> implements StreamUser {
  private readonly table: OnwardDialTable<Kind>
  private readonly parts: OnwardDialsParts
  private readonly tunnelled: TunnelledConnections<Kind>
  private readonly tunnelledTable: TunnelledTable
  private readonly silence: SilenceSettings
  private readonly userKind: number

  /** `silence` applies to the connections to targets. */
  constructor(
    parts: OnwardDialsParts,
    tunnelled: TunnelledConnections<Kind>,
    tunnelledTable: TunnelledTable,
    silence: SilenceSettings,
  ) {
    this.table = new OnwardDialTable(parts.arena)
    this.parts = parts
    this.tunnelled = tunnelled
    this.tunnelledTable = tunnelledTable
    this.silence = silence
    this.userKind = parts.streams.registerUser(this)
  }

  /**
   * Dials a target for `tunnelled` and returns the new connection's stream. `remoteAddress` is an index into the
   * address book.
   */
  dial(tunnelled: Row<Kind>, remoteAddress: number, port: number): Stream {
    const { table } = this
    const { streams, tcp, addresses } = this.parts
    const inner = this.tunnelledTable.stream[tunnelled]
    const host = streams.table.host[inner]
    const stream = tcp.dial({
      host,
      localAddress: remoteAddress === LOOPBACK ? LOOPBACK : addresses.mainAddressOf(host),
      remoteAddress,
      port,
      nameHigh: derivedName(streams.table.nameHigh[inner], ONWARD),
      nameLow: derivedName(streams.table.nameLow[inner], ONWARD),
      account: NONE,
      activity: streams.table.activity[inner],
      isRelay: true,
      silence: this.silence,
    })
    const row = table.allocate()
    table.tunnelled[row] = tunnelled
    table.tunnelledGeneration[row] = this.tunnelledTable.generation[tunnelled]
    table.stream[row] = stream
    streams.attach(stream, this.userKind, row)
    return stream
  }

  onOpen(row: OnwardDial): void {
    const stream = this.table.stream[row]
    const tunnelled = this.takeTunnelled(row)
    if (tunnelled === NONE) return this.parts.streams.abort(stream)
    this.parts.relays.couple(this.tunnelledTable.stream[tunnelled], stream)
    this.tunnelled.confirm(tunnelled)
  }

  onFailure(row: OnwardDial, reason: FailureReason): void {
    const tunnelled = this.takeTunnelled(row)
    if (tunnelled !== NONE) this.tunnelled.refuse(tunnelled, reason)
  }

  onData(): void {}

  onEnd(): void {}

  onDrained(): void {}

  /** Releases the row. Returns NONE if the connection inside the tunnel failed or timed out during the dial. */
  private takeTunnelled(row: OnwardDial): Row<Kind> {
    const { table } = this
    const tunnelled = table.tunnelled[row]
    const isPresent = this.tunnelledTable.generation[tunnelled] === table.tunnelledGeneration[row]
    table.release(row)
    return isPresent ? tunnelled : NONE
  }
}
