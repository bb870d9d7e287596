import type { Arena } from '../../engine/arena.ts'
import { finish32, mix32 } from '../../engine/hash.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { AddressBook } from '../../network/address-book.ts'
import type { Stream } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { Relays } from '../../transport/streams/relay.ts'
import type { Tcp } from '../../transport/tcp.ts'
import type { Path } from '../paths/path.ts'
import type { AgentDial, TunnelledConnection } from '../rows.ts'
import type { KonnectivityAgent } from './konnectivity-agent.ts'
import type { TunnelDialler, TunnelledConnections } from './tunnelled-connections.ts'

class AgentDialTable extends Table<AgentDial> {
  readonly connection = this.handle<TunnelledConnection>()
  readonly connectionGeneration = this.uint32()
  readonly stream = this.handle<Stream>()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

const ONWARD = 3

export interface AgentDialsParts {
  readonly arena: Arena
  readonly streams: ByteStreams
  readonly tcp: Tcp
  readonly tunnelled: TunnelledConnections
  readonly relays: Relays
  readonly addresses: AddressBook
  readonly paths: readonly Path[]
  readonly agents: readonly KonnectivityAgent[]
}

/**
 * What an agent does for a DIAL_REQ: it connects to the target, says so, and from then on passes bytes both ways.
 * Nobody pays for the connection that it makes: it lies behind the tunnel.
 */
export class AgentDials implements TunnelDialler, StreamUser {
  private readonly table: AgentDialTable
  private readonly streams: ByteStreams
  private readonly tcp: Tcp
  private readonly tunnelled: TunnelledConnections
  private readonly relays: Relays
  private readonly addresses: AddressBook
  private readonly paths: readonly Path[]
  private readonly agents: readonly KonnectivityAgent[]
  private readonly userKind: number

  constructor({ arena, streams, tcp, tunnelled, relays, addresses, paths, agents }: AgentDialsParts) {
    this.table = new AgentDialTable(arena)
    this.streams = streams
    this.tcp = tcp
    this.tunnelled = tunnelled
    this.relays = relays
    this.addresses = addresses
    this.paths = paths
    this.agents = agents
    this.userKind = streams.registerUser(this)
  }

  dial(connection: TunnelledConnection): void {
    const { table, streams, tunnelled } = this
    const upper = tunnelled.table.stream[connection]
    const host = streams.table.host[upper]
    const path = this.paths[tunnelled.table.target[connection]]
    const { onward: elsewhere } = this.agents[tunnelled.ends.table.agent[tunnelled.table.end[connection]]]
    const onward = this.tcp.dial({
      host,
      localAddress: this.addresses.mainAddressOf(host),
      remoteAddress: elsewhere === NONE ? path.remoteAddress : elsewhere,
      port: path.port,
      nameHigh: finish32(mix32(streams.table.nameHigh[upper], ONWARD)),
      nameLow: finish32(mix32(streams.table.nameLow[upper], ONWARD)),
      account: NONE,
      activity: streams.table.activity[upper],
      isRelay: true,
    })
    const row = table.allocate()
    table.connection[row] = connection
    table.connectionGeneration[row] = tunnelled.table.generation[connection]
    table.stream[row] = onward
    streams.attach(onward, this.userKind, row)
  }

  onOpen(row: AgentDial): void {
    const { table, tunnelled } = this
    const connection = table.connection[row]
    const stream = table.stream[row]
    const isThere = this.isThere(row)
    table.release(row)
    if (!isThere) return this.streams.abort(stream)
    this.relays.couple(tunnelled.table.stream[connection], stream)
    tunnelled.confirm(connection)
  }

  onFailure(row: AgentDial, reason: FailureReason): void {
    const connection = this.table.connection[row]
    const isThere = this.isThere(row)
    this.table.release(row)
    if (isThere) this.tunnelled.refuse(connection, reason)
  }

  onData(): void {}

  onEnd(): void {}

  onDrained(): void {}

  /** Its tunnel may be gone, or its time over. */
  private isThere(row: AgentDial): boolean {
    const { table, tunnelled } = this
    return tunnelled.table.generation[table.connection[row]] === table.connectionGeneration[row]
  }
}
