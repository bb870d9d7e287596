import { NONE } from '../../engine/table.ts'
import type { Network } from '../../network/network.ts'
import type { Packet } from '../../network/rows.ts'
import { type ConnectionTable, NO_ROLE } from './connection.ts'
import type { Demultiplexer } from './demultiplexer.ts'
import { FIN, SYN } from './flags.ts'
import { sendOffset } from './sequence-number.ts'

/**
 * Records which data the network has lost. Unlike the two ends, the simulator knows of a loss at once: from then on the
 * connection's time counts as retransmission.
 */
export class MissingData {
  private readonly connections: ConnectionTable
  private readonly network: Network
  private readonly demultiplexer: Demultiplexer

  constructor(connections: ConnectionTable, network: Network, demultiplexer: Demultiplexer) {
    this.connections = connections
    this.network = network
    this.demultiplexer = demultiplexer
  }

  /** Notes that a packet sent by `host` will not arrive. What it carried is missing until it is acknowledged. */
  note(host: number, packet: Packet): void {
    const { connections } = this
    const { packets, addresses, activities } = this.network
    const synOrFin = (packets.flags[packet] & (SYN | FIN)) !== 0 ? 1 : 0
    if (packets.payloadBytes[packet] + synOrFin === 0) return
    const owner = addresses.hostOf(packets.source[packet], host)
    const connection = this.demultiplexer.senderOf(packets, packet, owner)
    if (connection === NONE) return
    const near = connections.sendUnacknowledged[connection]
    const start = sendOffset(connections, connection, packets.sequenceNumber[packet], near)
    const end = start + packets.payloadBytes[packet] + synOrFin
    // A forged packet does not make the connection's own data missing.
    if (end <= near || end > connections.sendNext[connection]) return
    if (connections.lossEndOffset[connection] < 0) activities.changeLossRecoveries(connections.activity[connection], 1)
    connections.plainRole[connection] = NO_ROLE
    connections.lossEndOffset[connection] = Math.max(connections.lossEndOffset[connection], end)
  }
}
