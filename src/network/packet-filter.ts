import type { Arena } from '../engine/arena.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { AddressBook } from './address-book.ts'
import { ConnectionTracking } from './connection-tracking.ts'
import { RST } from './header-flags.ts'
import type { PacketTable } from './packet.ts'
import type { Packet, Tracked } from './rows.ts'

/** The treatment of a new connection: it is accepted, dropped without an answer, or answered with a reset. */
export type FilterAction = 'allow' | 'deny' | 'reject'

/**
 * A firewall rule for new connections, by source, destination and destination port. Immutable; null matches anything.
 */
export interface FilterRule {
  /** For each host, 1 when the rule matches it; null: the rule matches all. */
  readonly from: Uint8Array | null
  readonly to: Uint8Array | null
  readonly ports: ReadonlySet<number> | null
  readonly action: FilterAction
}

/**
 * A stateful firewall at each host to which some filter rule may apply. The first packet of a connection is compared
 * with the rules in order, and the first rule that matches decides. Packets of a connection that was accepted, or that
 * the host itself opened, pass.
 */
export class PacketFilter {
  private readonly addresses: AddressBook
  private readonly rules: readonly FilterRule[]
  private readonly defaultAction: FilterAction
  private readonly tracking: ConnectionTracking
  /** For each host, 1 when its packets are filtered. */
  private readonly isGuarded: Uint8Array

  constructor(
    arena: Arena,
    timeline: Timeline,
    addresses: AddressBook,
    hostCount: number,
    rules: readonly FilterRule[],
    otherwise: FilterAction,
  ) {
    this.addresses = addresses
    this.rules = rules
    this.defaultAction = otherwise
    this.tracking = new ConnectionTracking(arena, timeline, hostCount)
    this.isGuarded = new Uint8Array(hostCount)
    const blocking = rules.filter(({ action }) => action !== 'allow')
    for (let host = 0; host < hostCount; host++) {
      const isGuarded = otherwise !== 'allow' || blocking.some(({ to }) => to === null || to[host] === 1)
      this.isGuarded[host] = isGuarded ? 1 : 0
    }
  }

  /** Records that a host sends a packet of its own, so that replies are accepted. */
  recordSent(host: number, packets: PacketTable, packet: Packet): void {
    if (this.isGuarded[host] === 0) return
    const row = this.tracking.findOriginal(host, packets, packet)
    if (row !== NONE) return this.tracking.update(row, packets.flags[packet], false)
    const answered = this.tracking.findReply(host, packets, packet)
    if (answered !== NONE) return this.tracking.update(answered, packets.flags[packet], true)
    if ((packets.flags[packet] & RST) === 0) this.open(host, packets, packet)
  }

  /** Returns what happens to a packet that arrives at the host to which it is addressed. */
  judge(host: number, packets: PacketTable, packet: Packet): FilterAction {
    if (this.isGuarded[host] === 0) return 'allow'
    const flags = packets.flags[packet]
    const reply = this.tracking.findReply(host, packets, packet)
    if (reply !== NONE) {
      this.tracking.update(reply, flags, true)
      return 'allow'
    }
    let row = this.tracking.findOriginal(host, packets, packet)
    if (row === NONE) {
      const action = this.matchRules(host, packets, packet)
      // A reset must not be answered with a reset (RFC 9293 section 3.10.7.1).
      if (action !== 'allow') return (flags & RST) === 0 ? action : 'deny'
      if ((flags & RST) !== 0) return 'allow'
      row = this.open(host, packets, packet)
    }
    this.tracking.update(row, flags, false)
    return 'allow'
  }

  private matchRules(host: number, packets: PacketTable, packet: Packet): FilterAction {
    const from = this.addresses.hostOf(packets.source[packet], host)
    const port = packets.destinationPort[packet]
    for (const rule of this.rules) {
      if (rule.to !== null && rule.to[host] === 0) continue
      if (rule.from !== null && (from === NONE || rule.from[from] === 0)) continue
      if (rule.ports !== null && !rule.ports.has(port)) continue
      return rule.action
    }
    return this.defaultAction
  }

  private open(host: number, packets: PacketTable, packet: Packet): Tracked {
    return this.tracking.open(
      host,
      packets,
      packet,
      packets.destination[packet],
      packets.destinationPort[packet],
      packets.source[packet],
      packets.sourcePort[packet],
    )
  }
}
