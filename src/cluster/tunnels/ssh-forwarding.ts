import type { Arena } from '../../engine/arena.ts'
import { finish32, mix32 } from '../../engine/hash.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { AddressBook } from '../../network/address-book.ts'
import type { SshChannel } from '../../security/rows.ts'
import type { ChannelAcceptor, SshChannels } from '../../security/ssh-channels.ts'
import type { Stream } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import type { Relays } from '../../transport/streams/relay.ts'
import type { Tcp } from '../../transport/tcp.ts'
import type { Forwarding } from '../rows.ts'

/** Where a channel may lead. */
interface Destination {
  /** An index into the address book. */
  readonly remoteAddress: number
  readonly port: number
}

class ForwardingTable extends Table<Forwarding> {
  readonly channel = this.handle<SshChannel>()
  readonly channelGeneration = this.uint32()
  readonly stream = this.handle<Stream>()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

const ONWARD = 3

/** Index 0 of the address book. */
const LOOPBACK = 0

export interface SshForwardingParts {
  readonly arena: Arena
  readonly streams: ByteStreams
  readonly tcp: Tcp
  readonly channels: SshChannels
  readonly relays: Relays
  readonly addresses: AddressBook
  readonly destinations: readonly Destination[]
}

/**
 * What sshd does for a direct-tcpip channel: it connects to where the channel is to lead, confirms when that stands,
 * and from then on passes bytes both ways. Nobody pays for the connection that it makes: it lies behind the tunnel.
 */
export class SshForwarding implements ChannelAcceptor, StreamUser {
  private readonly table: ForwardingTable
  private readonly streams: ByteStreams
  private readonly tcp: Tcp
  private readonly channels: SshChannels
  private readonly relays: Relays
  private readonly addresses: AddressBook
  private readonly destinations: readonly Destination[]
  private readonly userKind: number

  constructor({ arena, streams, tcp, channels, relays, addresses, destinations }: SshForwardingParts) {
    this.table = new ForwardingTable(arena)
    this.streams = streams
    this.tcp = tcp
    this.channels = channels
    this.relays = relays
    this.addresses = addresses
    this.destinations = destinations
    this.userKind = streams.registerUser(this)
  }

  /** `target` is the number of the destination. */
  onChannel(host: number, channel: SshChannel, stream: Stream, target: number): void {
    const { table, streams } = this
    const { remoteAddress, port } = this.destinations[target]
    const onward = this.tcp.dial({
      host,
      localAddress: remoteAddress === LOOPBACK ? LOOPBACK : this.addresses.mainAddressOf(host),
      remoteAddress,
      port,
      nameHigh: finish32(mix32(streams.table.nameHigh[stream], ONWARD)),
      nameLow: finish32(mix32(streams.table.nameLow[stream], ONWARD)),
      account: NONE,
      activity: streams.table.activity[stream],
      isRelay: true,
    })
    streams.table.program[onward] = streams.table.program[this.channels.lowerOf(channel)]
    const row = table.allocate()
    table.channel[row] = channel
    table.channelGeneration[row] = this.channels.channels.generation[channel]
    table.stream[row] = onward
    streams.attach(onward, this.userKind, row)
  }

  onOpen(row: Forwarding): void {
    const { table, channels } = this
    const channel = table.channel[row]
    const stream = table.stream[row]
    const isThere = channels.channels.generation[channel] === table.channelGeneration[row]
    table.release(row)
    if (!isThere) return this.streams.abort(stream)
    this.relays.couple(channels.channels.stream[channel], stream)
    channels.confirm(channel)
  }

  onFailure(row: Forwarding): void {
    const { table, channels } = this
    const channel = table.channel[row]
    const isThere = channels.channels.generation[channel] === table.channelGeneration[row]
    table.release(row)
    if (isThere) channels.refuse(channel)
  }

  onData(): void {}

  onEnd(): void {}

  onDrained(): void {}
}
