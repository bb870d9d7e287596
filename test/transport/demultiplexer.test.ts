import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { CLOSED, ConnectionTable, ESTABLISHED } from '../../src/transport/connections/connection.ts'
import { Demultiplexer } from '../../src/transport/connections/demultiplexer.ts'
import type { Connection } from '../../src/transport/rows.ts'

const CLIENT = 0
const SERVER = 1
const PORT = 443

/** A server with connections from ports of one client, and a packet to the one from port 1000. */
class Ends {
  private readonly arena = new Arena()
  readonly connections = new ConnectionTable(this.arena)
  readonly packets = new PacketTable(this.arena)
  readonly demultiplexer = new Demultiplexer(this.arena, this.connections, 2)
  readonly packet = this.packets.allocate()

  constructor() {
    this.packets.source[this.packet] = CLIENT
    this.packets.sourcePort[this.packet] = 1000
    this.packets.destination[this.packet] = SERVER
    this.packets.destinationPort[this.packet] = PORT
  }

  connectFrom(port: number): Connection {
    const { connections } = this
    const connection = connections.allocate()
    connections.state[connection] = ESTABLISHED
    connections.host[connection] = SERVER
    connections.localAddress[connection] = SERVER
    connections.localPort[connection] = PORT
    connections.remoteAddress[connection] = CLIENT
    connections.remotePort[connection] = port
    this.demultiplexer.add(connection)
    return connection
  }

  end(connection: Connection): void {
    this.connections.state[connection] = CLOSED
    this.demultiplexer.remove(connection)
    this.connections.release(connection)
  }

  /** Returns the receiver of the packet, whose sender takes `supposed` for it. */
  receiver(supposed: Connection): Connection {
    this.packets.receiver[this.packet] = supposed
    return this.demultiplexer.receiverOf(this.packets, this.packet, SERVER)
  }
}

describe('the receiver of a packet', () => {
  test('the receiver of a packet is the connection with its addresses and ports, whatever row the sender assumes', () => {
    const ends = new Ends()
    const other = ends.connectFrom(2000)
    const receiver = ends.connectFrom(1000)
    expect([receiver, other, NONE].map((supposed) => ends.receiver(supposed))).toEqual([receiver, receiver, receiver])
  })

  test('a packet has no receiver if the connection that the sender assumes is closed', () => {
    const ends = new Ends()
    const receiver = ends.connectFrom(1000)
    ends.end(receiver)
    expect(ends.receiver(receiver)).toBe(NONE)
  })

  test('the receiver of a packet is the later connection if a closed one had the same addresses and ports', () => {
    const ends = new Ends()
    const other = ends.connectFrom(2000)
    const earlier = ends.connectFrom(1000)
    ends.end(other)
    ends.end(earlier)
    const rows = [ends.connectFrom(3000), ends.connectFrom(1000)]
    expect(rows).toEqual([earlier, other])
    expect(ends.receiver(earlier)).toBe(other)
  })

  test('a packet has no receiver if only another host has a connection with its addresses and ports', () => {
    const ends = new Ends()
    const receiver = ends.connectFrom(1000)
    ends.packets.receiver[ends.packet] = receiver
    expect(ends.demultiplexer.receiverOf(ends.packets, ends.packet, CLIENT)).toBe(NONE)
  })

  test('the receiver of a packet is found by the addresses and ports of the connection at the other end', () => {
    const ends = new Ends()
    const receiver = ends.connectFrom(1000)
    const { connections } = ends
    const sender = connections.allocate()
    connections.localAddress[sender] = CLIENT
    connections.localPort[sender] = 1000
    connections.remoteAddress[sender] = SERVER
    connections.remotePort[sender] = PORT
    expect(ends.demultiplexer.peerOf(sender, SERVER)).toBe(receiver)
  })
})
