import type { SshChannel } from '../../security/rows.ts'
import type { ChannelAcceptor, SshChannels } from '../../security/ssh-channels.ts'
import { OnwardDials, type OnwardDialsParts } from './onward-dials.ts'

/** The target of a channel. */
interface Destination {
  /** The address of the target, as an index into the address book. */
  readonly remoteAddress: number
  readonly port: number
}

/** The direct-tcpip channels of sshd: it connects to the target of each, confirms the channel, and relays bytes. */
export class SshForwarding implements ChannelAcceptor {
  private readonly parts: OnwardDialsParts
  private readonly channels: SshChannels
  private readonly destinations: readonly Destination[]
  private readonly onward: OnwardDials<'SshChannel'>

  constructor(parts: OnwardDialsParts, channels: SshChannels, destinations: readonly Destination[]) {
    this.parts = parts
    this.channels = channels
    this.destinations = destinations
    // sshd sets no keepalive on the connections that it opens to targets.
    this.onward = new OnwardDials(parts, channels, channels.channels, {})
  }

  /** Handles a request for a channel; `target` is an index into the destinations. */
  onChannel(channel: SshChannel, target: number): void {
    const { remoteAddress, port } = this.destinations[target]
    const stream = this.onward.dial(channel, remoteAddress, port)
    const { program } = this.parts.streams.table
    program[stream] = program[this.channels.lowerOf(channel)]
  }
}
