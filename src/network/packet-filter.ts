import type { Arena } from '../engine/arena.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { AddressBook } from './address-book.ts'
import { ConnectionTracking } from './connection-tracking.ts'
import { RST } from './header-flags.ts'
import type { PacketTable } from './packet.ts'
import type { Packet, Tracked } from './rows.ts'

export type FilterAction = 'allow' | 'deny' | 'reject'

/** What becomes of connections that begin: from whom, to whom, on which ports. Immutable; null: any. */
export interface FilterRule {
  /** By host: 1 where the rule is about it. */
  readonly from: Uint8Array | null
  readonly to: Uint8Array | null
  readonly ports: ReadonlySet<number> | null
  readonly action: FilterAction
}

/**
 * A stateful firewall at the edge of each host that some rule could keep a packet from. Rules are asked about a
 * connection's first packet, in their order; the first that is about it decides. What belongs to a connection that
 * was let in, or that the host itself began, passes.
 */
export class PacketFilter {
  private readonly addresses: AddressBook
  private readonly rules: readonly FilterRule[]
  private readonly otherwise: FilterAction
  private readonly tracking: ConnectionTracking
  /** By host: 1 where packets are looked at. */
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
    this.otherwise = otherwise
    this.tracking = new ConnectionTracking(arena, timeline, hostCount)
    this.isGuarded = new Uint8Array(hostCount)
    const keepsOut = rules.filter(({ action }) => action !== 'allow')
    for (let host = 0; host < hostCount; host++) {
      const isGuarded = otherwise !== 'allow' || keepsOut.some(({ to }) => to === null || to[host] === 1)
      this.isGuarded[host] = isGuarded ? 1 : 0
    }
  }

  /** A host sends a packet of its own: what answers it will be let in. */
  noteSent(host: number, packets: PacketTable, packet: Packet): void {
    if (this.isGuarded[host] === 0) return
    const row = this.tracking.findOriginal(host, packets, packet)
    if (row !== NONE) return this.tracking.note(row, packets.flags[packet], false)
    const answered = this.tracking.findReply(host, packets, packet)
    if (answered !== NONE) return this.tracking.note(answered, packets.flags[packet], true)
    if ((packets.flags[packet] & RST) === 0) this.open(host, packets, packet)
  }

  /** A packet comes from outside to the host that it is meant for. */
  judge(host: number, packets: PacketTable, packet: Packet): FilterAction {
    if (this.isGuarded[host] === 0) return 'allow'
    const flags = packets.flags[packet]
    const reply = this.tracking.findReply(host, packets, packet)
    if (reply !== NONE) {
      this.tracking.note(reply, flags, true)
      return 'allow'
    }
    let row = this.tracking.findOriginal(host, packets, packet)
    if (row === NONE) {
      const action = this.askRules(host, packets, packet)
      // A reset must not be answered with one (RFC 9293 section 3.10.7.1).
      if (action !== 'allow') return (flags & RST) === 0 ? action : 'deny'
      if ((flags & RST) !== 0) return 'allow'
      row = this.open(host, packets, packet)
    }
    this.tracking.note(row, flags, false)
    return 'allow'
  }

  private askRules(host: number, packets: PacketTable, packet: Packet): FilterAction {
    const from = this.addresses.hostOf(packets.source[packet], host)
    const port = packets.destinationPort[packet]
    for (const rule of this.rules) {
      if (rule.to !== null && rule.to[host] === 0) continue
      if (rule.from !== null && (from === NONE || rule.from[from] === 0)) continue
      if (rule.ports !== null && !rule.ports.has(port)) continue
      return rule.action
    }
    return this.otherwise
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
