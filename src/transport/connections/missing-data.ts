import { NONE } from '../../engine/table.ts'
import type { ActivityTable } from '../../network/activity.ts'
import type { Network } from '../../network/network.ts'
import type { Packet } from '../../network/rows.ts'
import type { Connection } from '../rows.ts'
import { type ConnectionTable, NO_ROLE } from './connection.ts'
import type { Demultiplexer } from './demultiplexer.ts'
import { FIN, SYN } from './flags.ts'
import { sendOffset } from './sequence-number.ts'

/**
 * Records which data the network has lost. Unlike the two ends, the simulator knows of a loss at once: from then on the
 * connection's time counts as retransmission, or as the attacker's that dropped the packet.
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

  /**
   * Notes that a packet sent by `host` will not arrive, since it was lost, or dropped by a rule of a link. What it
   * carried is missing until it is acknowledged.
   */
  note(host: number, packet: Packet, isByRule: boolean): void {
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
    const isMissing = connections.lossEndOffset[connection] >= 0
    if (!isMissing || isByRule) {
      if (isMissing) endMissing(connections, activities, connection)
      beginMissing(connections, activities, connection, isByRule)
    }
    connections.plainRole[connection] = NO_ROLE
    connections.lossEndOffset[connection] = Math.max(connections.lossEndOffset[connection], end)
  }
}

/** Records that a connection whose data were missing has received them, or ends. */
export function endMissing(connections: ConnectionTable, activities: ActivityTable, connection: Connection): void {
  changeMissing(connections, activities, connection, -1)
}

function beginMissing(
  connections: ConnectionTable,
  activities: ActivityTable,
  connection: Connection,
  isByRule: boolean,
): void {
  connections.isLossByRule[connection] = isByRule ? 1 : 0
  changeMissing(connections, activities, connection, 1)
}

function changeMissing(
  connections: ConnectionTable,
  activities: ActivityTable,
  connection: Connection,
  change: 1 | -1,
): void {
  const activity = connections.activity[connection]
  if (connections.isLossByRule[connection] === 1) activities.changeRemovals(activity, change)
  else activities.changeLossRecoveries(activity, change)
}
