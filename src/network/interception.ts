import { NONE } from '../engine/table.ts'
import type { AddressBook } from './address-book.ts'
import type { PacketTable } from './packet.ts'
import type { Packet } from './rows.ts'

/** Connections that a host accepts in the place of a server: those of other hosts to some of the server's ports. */
export interface Interception {
  /** The host that accepts them: one on the route to the server, or the server's own. */
  readonly host: number
  /** The host of the server. */
  readonly server: number
  readonly ports: ReadonlySet<number>
}

/** Finds the interception that a packet is for, by host. Immutable once built, and shared by forks. */
export class Interceptions {
  private readonly addresses: AddressBook
  private readonly all: readonly Interception[]
  private readonly hasAny: Uint8Array

  constructor(addresses: AddressBook, hostCount: number, all: readonly Interception[]) {
    this.addresses = addresses
    this.all = all
    this.hasAny = new Uint8Array(hostCount)
    for (const { host } of all) this.hasAny[host] = 1
  }

  /**
   * Returns the index of the interception at `host` that a packet is for, which has come from another host; NONE where
   * there is none.
   */
  find(host: number, packets: PacketTable, packet: Packet): number {
    if (this.hasAny[host] === 0 || this.addresses.hostOf(packets.source[packet], host) === host) return NONE
    const server = this.addresses.hostOf(packets.destination[packet], host)
    const port = packets.destinationPort[packet]
    for (let index = 0; index < this.all.length; index++) {
      const each = this.all[index]
      if (each.host === host && each.server === server && each.ports.has(port)) return index
    }
    return NONE
  }
}
