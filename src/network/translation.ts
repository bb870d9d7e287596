import type { Arena, ArenaTable, Columns } from '../engine/arena.ts'
import { TWO_POW_32 } from '../engine/hash.ts'
import { fate32, type StreamKey } from '../engine/streams.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { AddressBook } from './address-book.ts'
import { ConnectionTracking } from './connection-tracking.ts'
import { ACK, RST, SYN } from './header-flags.ts'
import type { PacketTable } from './packet.ts'
import type { Routing } from './routing.ts'
import type { EndpointEntry, EndpointSet, Packet, Tracked, Tuple } from './rows.ts'

/** An address that stands for others, such as a Kubernetes service's. Immutable. */
export interface VirtualAddress {
  readonly name: string
  /** Index into the address book. */
  readonly address: number
  readonly port: number
  /** Those that put an endpoint in its place, for themselves and for whom they forward. */
  readonly hosts: readonly number[]
  /** Until somebody sets others. */
  readonly endpoints: readonly Endpoint[]
  readonly key: StreamKey
  /** null: it belongs to nobody. */
  readonly real: RealAddress | null
}

/** An address that belongs to a host all the same: where nobody has given a host endpoints for it, that one has it. */
export interface RealAddress {
  /** Those that translate what they send themselves too; the others only what they forward. All put their own address on it. */
  readonly ofOwn: readonly number[]
}

export interface Endpoint {
  /** Index into the address book. */
  readonly address: number
  readonly port: number
}

/** What becomes of a packet. */
export const PASSES = 0
/** It is answered with a reset. */
export const IS_REFUSED = 1
export const IS_DROPPED = 2

const FIRST_MASQUERADE_PORT = 1_024
const MASQUERADE_PORTS = 64_512

/** Lists of endpoints, which hosts share; a list goes when nobody has it any more. */
class EndpointSetTable extends Table<EndpointSet> {
  readonly first = this.handle<EndpointEntry>()
  readonly size = this.int32()
  readonly references = this.int32()

  constructor(arena: Arena) {
    super(arena, 8)
    this.attach()
  }
}

class EndpointTable extends Table<EndpointEntry> {
  readonly address = this.int32()
  readonly port = this.uint16()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** Which list of endpoints each translating host has for each virtual address; NONE: it has no rule for it. */
class RuleTable implements ArenaTable {
  endpointSet!: Int32Array

  layOut(columns: Columns): void {
    this.endpointSet = columns.int32()
  }
}

/**
 * Destination NAT as kube-proxy sets it up in its iptables mode. A packet to a virtual address gets an endpoint's in
 * its place at the first host on its way that has the rule: the one that sends it, or one that forwards it. The
 * endpoint is drawn once a connection, each equally often (the `statistic` match in mode random), and remembered; what
 * the endpoint answers gets the virtual address back at the same host. A list of endpoints may change under way:
 * connections that stand keep theirs, as with a kube-proxy, which forgets UDP only.
 *
 * Without endpoints a connection is refused, as the rule `REJECT` has it: the client sees ICMP "port unreachable"
 * there and a reset here, and reports "connection refused" of both.
 */
export class Translation {
  readonly virtuals: readonly VirtualAddress[]
  private readonly addresses: AddressBook
  private readonly routing: Routing
  private readonly tracking: ConnectionTracking
  private readonly sets: EndpointSetTable
  private readonly endpoints: EndpointTable
  private readonly rules = new RuleTable()
  /** By address: its first among `virtuals`, which are in the order of address and port; else NONE. */
  private readonly firstVirtual: Int32Array
  /** By host or switch: its place among those that translate; else NONE. */
  private readonly translators: Int32Array
  private readonly translatorCount: number

  /** `virtuals` by address and port. */
  constructor(
    arena: Arena,
    timeline: Timeline,
    addresses: AddressBook,
    routing: Routing,
    virtuals: readonly VirtualAddress[],
  ) {
    this.virtuals = virtuals
    this.addresses = addresses
    this.routing = routing
    this.tracking = new ConnectionTracking(arena, timeline, routing.placeCount)
    this.sets = new EndpointSetTable(arena)
    this.endpoints = new EndpointTable(arena)
    this.firstVirtual = new Int32Array(addresses.size).fill(NONE)
    for (let virtual = virtuals.length - 1; virtual >= 0; virtual--)
      this.firstVirtual[virtuals[virtual].address] = virtual
    this.translators = new Int32Array(routing.placeCount).fill(NONE)
    const hosts = [...new Set(virtuals.flatMap((virtual) => virtual.hosts))].sort((a, b) => a - b)
    for (const [place, host] of hosts.entries()) this.translators[host] = place
    this.translatorCount = hosts.length
    arena.attach(this.rules, Math.max(virtuals.length * hosts.length, 1))
    this.rules.endpointSet.fill(NONE)
    for (const [virtual, { endpoints, real }] of virtuals.entries())
      if (real === null) this.setEndpoints(virtual, endpoints)
  }

  /** Gives `hosts`, by default all that translate this address, these endpoints from now on. */
  setEndpoints(virtual: number, endpoints: readonly Endpoint[], hosts = this.virtuals[virtual].hosts): void {
    const set = this.makeSet(endpoints)
    for (const host of hosts) this.install(host, virtual, set)
    this.dropSet(set)
  }

  /** A list that several hosts may be given; its maker holds it until `dropSet`. */
  makeSet(endpoints: readonly Endpoint[]): EndpointSet {
    const ordered = [...endpoints].sort((a, b) => a.address - b.address || a.port - b.port)
    const set = this.sets.allocate()
    this.sets.size[set] = ordered.length
    this.sets.references[set] = 1
    for (const { address, port } of ordered.reverse()) {
      const row = this.endpoints.allocate()
      this.endpoints.address[row] = address
      this.endpoints.port[row] = port
      this.endpoints.next[row] = this.sets.first[set]
      this.sets.first[set] = row
    }
    return set
  }

  install(host: number, virtual: number, set: EndpointSet): void {
    const rule = this.ruleOf(host, virtual)
    const before = this.sets.rowAt(this.rules.endpointSet[rule])
    this.sets.references[set]++
    this.rules.endpointSet[rule] = set
    if (before !== NONE) this.dropSet(before)
  }

  dropSet(set: EndpointSet): void {
    if (--this.sets.references[set] > 0) return
    for (let row = this.sets.first[set]; row !== NONE; ) {
      const next = this.endpoints.next[row]
      this.endpoints.release(row)
      row = next
    }
    this.sets.release(set)
  }

  /** On the ways from a host that translates to all endpoints of an address, the least; NONE where one has no way. */
  smallestMtuBytes(host: number, address: number): number {
    let mtuBytes = Number.POSITIVE_INFINITY
    for (let virtual = this.firstVirtual[address]; this.isAt(virtual, address); virtual++) {
      const set = this.sets.rowAt(this.rules.endpointSet[this.ruleOf(host, virtual)])
      if (set === NONE) continue
      for (let row = this.sets.first[set]; row !== NONE; row = this.endpoints.next[row]) {
        const onwards = this.routing.smallestMtuBytes(host, this.endpoints.address[row])
        if (onwards === NONE) return NONE
        mtuBytes = Math.min(mtuBytes, onwards)
      }
    }
    return mtuBytes
  }

  /** A virtual address by what a packet says; NONE where nothing stands for this port. */
  find(address: number, port: number): number {
    for (let virtual = this.firstVirtual[address]; this.isAt(virtual, address); virtual++) {
      if (this.virtuals[virtual].port === port) return virtual
    }
    return NONE
  }

  /** A packet is at `host`, which sends, forwards or receives it. */
  take(host: number, packets: PacketTable, packet: Packet): number {
    if (this.translators[host] === NONE) return PASSES
    if (this.firstVirtual[packets.destination[packet]] !== NONE) {
      const virtual = this.find(packets.destination[packet], packets.destinationPort[packet])
      if (virtual !== NONE) return this.takeToVirtual(host, virtual, packets, packet)
      // Nothing stands for this port: nobody has the address, and nobody answers.
      if (!this.isReal(packets.destination[packet])) return IS_DROPPED
    }
    if (this.tracking.isIdle(host)) return PASSES
    const row = this.tracking.findReply(host, packets, packet)
    if (row === NONE) return PASSES
    this.tracking.note(row, packets.flags[packet], true)
    this.writeInverse(packets, packet, this.tracking.table.original[row])
    return PASSES
  }

  /** Gives a packet that is lost the addresses by which its sender knows it. */
  undo(packets: PacketTable, packet: Packet): void {
    const { source, sourcePort, destination, destinationPort } = packets
    const { table, tuples } = this.tracking
    const isReply = this.firstVirtual[source[packet]] !== NONE
    const near = this.addresses.hostOf(isReply ? destination[packet] : source[packet], NONE)
    if (near === NONE) return
    for (const { address, real } of this.virtuals) {
      if (isReply && address !== source[packet]) continue
      const host = real === null ? this.routing.gatewayFrom(near, address) : this.translatorFrom(near, address)
      if (host === NONE) continue
      const [from, fromPort] = [source[packet], sourcePort[packet]]
      const row = this.tracking.lookUp(host, !isReply, destination[packet], destinationPort[packet], from, fromPort)
      if (row === NONE) continue
      const tuple = isReply ? table.reply[row] : table.original[row]
      source[packet] = tuples.source[tuple]
      sourcePort[packet] = tuples.sourcePort[tuple]
      destination[packet] = tuples.destination[tuple]
      destinationPort[packet] = tuples.destinationPort[tuple]
      return
    }
  }

  /** The first on the way to a real address that may translate it: the host itself, or one that forwards. */
  translatorFrom(host: number, address: number): number {
    if (this.firstVirtual[address] === NONE) return NONE
    let at = host
    for (let hops = 0; hops <= this.routing.placeCount; hops++) {
      if (this.translators[at] !== NONE && this.hasRule(at, address)) return at
      const direction = this.routing.nextDirection(at, address)
      const next = direction === NONE ? at : this.routing.endOf(direction)
      if (next === at) return NONE
      at = next
    }
    return NONE
  }

  private hasRule(host: number, address: number): boolean {
    for (let virtual = this.firstVirtual[address]; this.isAt(virtual, address); virtual++)
      if (this.rules.endpointSet[this.ruleOf(host, virtual)] !== NONE) return true
    return false
  }

  private writeInverse(packets: PacketTable, packet: Packet, tuple: Tuple): void {
    const { tuples } = this.tracking
    packets.source[packet] = tuples.destination[tuple]
    packets.sourcePort[packet] = tuples.destinationPort[tuple]
    packets.destination[packet] = tuples.source[tuple]
    packets.destinationPort[packet] = tuples.sourcePort[tuple]
  }

  /** The virtuals of one address follow each other. */
  private isAt(virtual: number, address: number): boolean {
    return virtual !== NONE && virtual < this.virtuals.length && this.virtuals[virtual].address === address
  }

  private isReal(address: number): boolean {
    return this.virtuals[this.firstVirtual[address]].real !== null
  }

  private takeToVirtual(host: number, virtual: number, packets: PacketTable, packet: Packet): number {
    const set = this.sets.rowAt(this.rules.endpointSet[this.ruleOf(host, virtual)])
    if (set === NONE) return PASSES
    const flags = packets.flags[packet]
    let row = this.tracking.findOriginal(host, packets, packet)
    if (row === NONE) {
      if (this.isLeftAlone(host, virtual, packets, packet)) return PASSES
      if ((flags & RST) !== 0) return IS_DROPPED
      // Linux would send a stray segment to some endpoint, which knows nothing of it and answers with the reset.
      if ((flags & (SYN | ACK)) !== SYN || this.sets.size[set] === 0) return IS_REFUSED
      row = this.open(host, virtual, set, packets, packet)
    }
    this.tracking.note(row, flags, false)
    this.writeInverse(packets, packet, this.tracking.table.reply[row])
    return PASSES
  }

  /** NAT looks at the first packet of a connection only: those that began before there was a rule go on. */
  private isLeftAlone(host: number, virtual: number, packets: PacketTable, packet: Packet): boolean {
    const { real } = this.virtuals[virtual]
    if (real === null) return false
    if ((packets.flags[packet] & (SYN | ACK | RST)) !== SYN) return true
    return !real.ofOwn.includes(host) && this.addresses.hostOf(packets.source[packet], host) === host
  }

  private open(host: number, virtual: number, set: EndpointSet, packets: PacketTable, packet: Packet): Tracked {
    const { key } = this.virtuals[virtual]
    const chance = fate32(key.hi, key.lo, packets.senderNameHigh[packet], packets.senderNameLow[packet], 0, 0)
    const chosen = this.nthEndpoint(set, Math.floor((chance / TWO_POW_32) * this.sets.size[set]))
    const address = this.endpoints.address[chosen]
    const port = this.endpoints.port[chosen]
    const source =
      this.virtuals[virtual].real !== null
        ? this.addresses.mainAddressOf(host)
        : this.masqueraded(host, address, packets.source[packet])
    const sourcePort = this.freePort(host, address, port, source, packets.sourcePort[packet])
    return this.tracking.open(host, packets, packet, address, port, source, sourcePort)
  }

  /**
   * An endpoint that was drawn for itself would see its own address as that of the client, and answer it directly; so
   * whoever forwards to it puts its own there (KUBE-MARK-MASQ of kube-proxy's rules for an endpoint).
   */
  private masqueraded(host: number, endpoint: number, source: number): number {
    const client = this.addresses.hostOf(source, host)
    const isHairpin = client !== host && this.addresses.hostOf(endpoint, NONE) === client
    return isHairpin ? this.addresses.mainAddressOf(host) : source
  }

  /** The client's own, unless another connection to the same endpoint has it (two services may share an endpoint). */
  private freePort(host: number, endpoint: number, endpointPort: number, source: number, sourcePort: number): number {
    let port = sourcePort
    for (let tries = 0; tries < MASQUERADE_PORTS; tries++) {
      if (!this.tracking.isTaken(host, endpoint, endpointPort, source, port)) return port
      port = FIRST_MASQUERADE_PORT + ((port - FIRST_MASQUERADE_PORT + 1 + MASQUERADE_PORTS) % MASQUERADE_PORTS)
    }
    return port
  }

  private nthEndpoint(set: EndpointSet, nth: number): EndpointEntry {
    let row = this.sets.first[set]
    for (let i = 0; i < nth; i++) row = this.endpoints.next[row]
    return row
  }

  private ruleOf(host: number, virtual: number): number {
    return virtual * this.translatorCount + this.translators[host]
  }
}
