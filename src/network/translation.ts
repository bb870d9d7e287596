import type { Arena, ArenaTable, Columns } from '../engine/arena.ts'
import { TWO_POW_32 } from '../engine/hash.ts'
import { draw32, type StreamKey } from '../engine/streams.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { AddressBook } from './address-book.ts'
import { ConnectionTracking } from './connection-tracking.ts'
import { ACK, RST, SYN } from './header-flags.ts'
import type { PacketTable } from './packet.ts'
import type { Routing } from './routing.ts'
import type { EndpointEntry, EndpointSet, Packet, Tracked, Tuple } from './rows.ts'

/** An address and port that stands for endpoints, such as that of a Kubernetes service. Immutable. */
export interface VirtualAddress {
  readonly name: string
  /** An index into the address book. */
  readonly address: number
  readonly port: number
  /** The hosts that replace the virtual address by an endpoint in packets that they send or forward. */
  readonly hosts: readonly number[]
  /** The initial endpoints. */
  readonly endpoints: readonly Endpoint[]
  readonly key: StreamKey
  /** The host that has the address; null when it belongs to no host. */
  readonly real: RealAddress | null
}

/** An address that also belongs to a host, which receives packets where no translating host has endpoints for it. */
export interface RealAddress {
  /**
   * For each host that translates the address, the hosts whose packets it does not translate, which may include itself.
   * The source address of all others is replaced by its own. Absent: it translates all packets.
   */
  readonly exempt: ReadonlyMap<number, ReadonlySet<number>>
}

/** An address and port to which a virtual address is translated. */
export interface Endpoint {
  /** An index into the address book. */
  readonly address: number
  readonly port: number
}

/** The packet continues, with new addresses or without. */
export const PASSES = 0
/** The packet is answered with a reset. */
export const IS_REFUSED = 1
/** The packet is dropped. */
export const IS_DROPPED = 2

/** The source ports that masquerading chooses from (net/netfilter/nf_nat_core.c, nf_nat_l4proto_unique_tuple). */
export const MASQUERADE_PORTS = { first: 1_024, count: 64_512 }

/** Sets of endpoints, shared by hosts. A set is released when no host uses it any longer. */
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
  readonly port = this.int32()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** The set of endpoints that each translating host uses for each virtual address; NONE where it has no rule. */
class RuleTable implements ArenaTable {
  endpointSet!: Int32Array

  layOut(columns: Columns): void {
    this.endpointSet = columns.int32()
  }
}

/**
 * Destination NAT as kube-proxy sets it up in its iptables mode. The first host on a packet's route that has a rule for
 * the virtual address replaces it by an endpoint: the sender, or a host that forwards the packet. The endpoint is drawn
 * once per connection, each with the same probability (`statistic` match, mode random), and tracked; replies get the
 * virtual address back at the same host. A set of endpoints can change at any time: open connections keep theirs, since
 * kube-proxy only removes conntrack entries of UDP.
 *
 * Without endpoints a connection is refused, as by kube-proxy's rule `REJECT`. A real client receives ICMP "port
 * unreachable", here it receives a reset; both are reported as "connection refused".
 */
export class Translation {
  readonly virtuals: readonly VirtualAddress[]
  private readonly addresses: AddressBook
  private readonly routing: Routing
  private readonly tracking: ConnectionTracking
  private readonly sets: EndpointSetTable
  private readonly endpoints: EndpointTable
  private readonly rules = new RuleTable()
  /** The index of each address's first entry in `virtuals`, which is sorted by address and port; or NONE. */
  private readonly firstVirtual: Int32Array
  /** The index of each host or switch among those that translate, or NONE. */
  private readonly translators: Int32Array
  private readonly translatorCount: number
  /** 1 for each rule of a host that translates the virtual address. */
  private readonly isRule: Uint8Array

  /** `virtuals` must be sorted by address and port. */
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
    this.tracking = new ConnectionTracking(arena, timeline, routing.vertexCount)
    this.sets = new EndpointSetTable(arena)
    this.endpoints = new EndpointTable(arena)
    this.firstVirtual = new Int32Array(addresses.size).fill(NONE)
    for (let virtual = virtuals.length - 1; virtual >= 0; virtual--)
      this.firstVirtual[virtuals[virtual].address] = virtual
    this.translators = new Int32Array(routing.vertexCount).fill(NONE)
    const hosts = [...new Set(virtuals.flatMap((virtual) => virtual.hosts))].sort((a, b) => a - b)
    for (const [place, host] of hosts.entries()) this.translators[host] = place
    this.translatorCount = hosts.length
    arena.attach(this.rules, Math.max(virtuals.length * hosts.length, 1))
    this.rules.endpointSet.fill(NONE)
    this.isRule = new Uint8Array(virtuals.length * hosts.length)
    for (const [virtual, { hosts: own }] of virtuals.entries())
      for (const host of own) this.isRule[this.ruleOf(host, virtual)] = 1
    for (const [virtual, { endpoints, real }] of virtuals.entries())
      if (real === null) this.setEndpoints(virtual, endpoints)
  }

  /** Sets the endpoints of a virtual address at `hosts`, by default at all hosts that translate it. */
  setEndpoints(virtual: number, endpoints: readonly Endpoint[], hosts = this.virtuals[virtual].hosts): void {
    const set = this.makeSet(endpoints)
    for (const host of hosts) this.install(host, virtual, set)
    this.dropSet(set)
  }

  /** Creates a set of endpoints, which can be installed at several hosts. The caller holds it until `dropSet`. */
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

  /** Makes a host use this set of endpoints for a virtual address, if it translates the address. */
  install(host: number, virtual: number, set: EndpointSet): void {
    const rule = this.ruleOf(host, virtual)
    if (this.translators[host] === NONE || this.isRule[rule] === 0) return
    const before = this.sets.rowAt(this.rules.endpointSet[rule])
    this.sets.references[set]++
    this.rules.endpointSet[rule] = set
    if (before !== NONE) this.dropSet(before)
  }

  /** Drops one reference to a set, and releases it with the last. */
  dropSet(set: EndpointSet): void {
    if (--this.sets.references[set] > 0) return
    for (let row = this.sets.first[set]; row !== NONE; ) {
      const next = this.endpoints.next[row]
      this.endpoints.release(row)
      row = next
    }
    this.sets.release(set)
  }

  /**
   * Returns the smallest MTU on the routes from a translating host to all endpoints of an address; NONE when one of
   * them has no route, Infinity when there are no endpoints.
   */
  smallestMtuBytes(host: number, address: number): number {
    let mtuBytes = Number.POSITIVE_INFINITY
    for (let virtual = this.firstVirtual[address]; this.isAt(virtual, address); virtual++) {
      const set = this.sets.rowAt(this.rules.endpointSet[this.ruleOf(host, virtual)])
      if (set === NONE) continue
      for (let row = this.sets.first[set]; row !== NONE; row = this.endpoints.next[row]) {
        const endpointMtuBytes = this.routing.smallestMtuBytes(host, this.endpoints.address[row])
        if (endpointMtuBytes === NONE) return NONE
        mtuBytes = Math.min(mtuBytes, endpointMtuBytes)
      }
    }
    return mtuBytes
  }

  /** Returns the virtual address with this address and port, or NONE. */
  find(address: number, port: number): number {
    for (let virtual = this.firstVirtual[address]; this.isAt(virtual, address); virtual++) {
      if (this.virtuals[virtual].port === port) return virtual
    }
    return NONE
  }

  /**
   * Translates the addresses of a packet that `host` sends, forwards or receives. Returns PASSES, IS_REFUSED or
   * IS_DROPPED.
   */
  translate(host: number, packets: PacketTable, packet: Packet): number {
    if (this.translators[host] === NONE) return PASSES
    if (this.firstVirtual[packets.destination[packet]] !== NONE) {
      const virtual = this.find(packets.destination[packet], packets.destinationPort[packet])
      if (virtual !== NONE) return this.translateToEndpoint(host, virtual, packets, packet)
      // No host has the address, and the service does not have this port.
      if (!this.isReal(packets.destination[packet])) return IS_DROPPED
    }
    if (this.tracking.isIdle(host)) return PASSES
    const row = this.tracking.findReply(host, packets, packet)
    if (row === NONE) return PASSES
    this.tracking.update(row, packets.flags[packet], true)
    this.writeInverse(packets, packet, this.tracking.table.original[row])
    return PASSES
  }

  /**
   * Restores the addresses by which the sender of a discarded packet knows it. A packet may have been translated twice,
   * to the endpoint of a service and then, since a service claims that endpoint's address, to another.
   */
  undo(packets: PacketTable, packet: Packet): void {
    if (this.undoLast(packets, packet)) this.undoLast(packets, packet)
  }

  private undoLast(packets: PacketTable, packet: Packet): boolean {
    const { source, sourcePort, destination, destinationPort } = packets
    const { table, tuples } = this.tracking
    const isReply = this.firstVirtual[source[packet]] !== NONE
    const near = this.addresses.hostOf(isReply ? destination[packet] : source[packet], NONE)
    if (near === NONE) return false
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
      return true
    }
    return false
  }

  /**
   * Returns the first host on the route to a real address that translates it: `host` itself, or one that forwards; NONE
   * if there is none.
   */
  translatorFrom(host: number, address: number): number {
    if (this.firstVirtual[address] === NONE) return NONE
    let at = host
    for (let hops = 0; hops <= this.routing.vertexCount; hops++) {
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

  /** Returns whether an entry of `virtuals` is for this address. The entries of an address are adjacent. */
  private isAt(virtual: number, address: number): boolean {
    return virtual !== NONE && virtual < this.virtuals.length && this.virtuals[virtual].address === address
  }

  private isReal(address: number): boolean {
    return this.virtuals[this.firstVirtual[address]].real !== null
  }

  private translateToEndpoint(host: number, virtual: number, packets: PacketTable, packet: Packet): number {
    const set = this.sets.rowAt(this.rules.endpointSet[this.ruleOf(host, virtual)])
    if (set === NONE) return PASSES
    const flags = packets.flags[packet]
    let row = this.tracking.findOriginal(host, packets, packet)
    if (row === NONE) {
      if (this.isExempt(host, virtual, packets, packet)) return PASSES
      if ((flags & RST) !== 0) return IS_DROPPED
      // Linux would send a stray segment to an endpoint, which does not know the connection and answers with a reset.
      if ((flags & (SYN | ACK)) !== SYN || this.sets.size[set] === 0) return IS_REFUSED
      row = this.open(host, virtual, set, packets, packet)
      if (row === NONE) return IS_DROPPED
    }
    this.tracking.update(row, flags, false)
    this.writeInverse(packets, packet, this.tracking.table.reply[row])
    return PASSES
  }

  /**
   * Returns whether a packet to a real address is not translated. NAT examines the first packet of a connection only,
   * so connections that were opened before the rule existed continue.
   */
  private isExempt(host: number, virtual: number, packets: PacketTable, packet: Packet): boolean {
    const { real } = this.virtuals[virtual]
    if (real === null) return false
    if ((packets.flags[packet] & (SYN | ACK | RST)) !== SYN) return true
    return real.exempt.get(host)?.has(this.addresses.hostOf(packets.source[packet], host)) === true
  }

  /** Tracks the connection that a SYN begins. Returns NONE where no source port is free for it. */
  private open(host: number, virtual: number, set: EndpointSet, packets: PacketTable, packet: Packet): Tracked {
    const { key } = this.virtuals[virtual]
    const chance = draw32(key.hi, key.lo, packets.senderNameHigh[packet], packets.senderNameLow[packet], 0, 0)
    const chosen = this.nthEndpoint(set, Math.floor((chance / TWO_POW_32) * this.sets.size[set]))
    const address = this.endpoints.address[chosen]
    const port = this.endpoints.port[chosen]
    const source =
      this.virtuals[virtual].real !== null
        ? this.addresses.mainAddressOf(host)
        : this.masqueraded(host, address, packets.source[packet])
    const sourcePort = this.freePort(host, address, port, source, packets.sourcePort[packet])
    if (sourcePort === NONE) return NONE
    return this.tracking.open(host, packets, packet, address, port, source, sourcePort)
  }

  /**
   * Returns the source address that the endpoint sees. When the endpoint is the client itself, it would see its own
   * address and answer directly; so the translating host uses its own address as the source (KUBE-MARK-MASQ in
   * kube-proxy's endpoint rules, pkg/proxy/iptables/proxier.go).
   */
  private masqueraded(host: number, endpoint: number, source: number): number {
    const client = this.addresses.hostOf(source, host)
    const isHairpin = client !== host && this.addresses.hostOf(endpoint, NONE) === client
    return isHairpin ? this.addresses.mainAddressOf(host) : source
  }

  /**
   * Returns the source port that the endpoint sees: the client's, unless another connection to the same endpoint uses
   * it, which happens when two services share an endpoint. Returns NONE when all are in use: Linux drops the packet then,
   * and the client sends its SYN again.
   */
  private freePort(host: number, endpoint: number, endpointPort: number, source: number, sourcePort: number): number {
    const isFree = (port: number) => !this.tracking.isReplyInUse(host, endpoint, endpointPort, source, port)
    if (isFree(sourcePort)) return sourcePort
    const { first, count } = MASQUERADE_PORTS
    // A port below the range begins at its start.
    const start = sourcePort >= first ? sourcePort - first + 1 : 0
    for (let nth = 0; nth < count; nth++) {
      const port = first + ((start + nth) % count)
      if (isFree(port)) return port
    }
    return NONE
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
