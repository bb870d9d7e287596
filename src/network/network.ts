import { assert } from '../engine/assert.ts'
import { PACKET_ARRIVAL } from '../engine/event-kinds.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { AccountTable } from './account.ts'
import type { ActivityTable } from './activity.ts'
import type { AddressBook } from './address-book.ts'
import { digestDelivery } from './delivery-digest.ts'
import { jitterNs } from './jitter.ts'
import { JITTER_NONE, type LinkDirectionTable } from './link-direction.ts'
import { isLost, isLostInBurst } from './loss.ts'
import type { Neighbours } from './neighbours.ts'
import type { PacketTable } from './packet.ts'
import type { PacketFilter } from './packet-filter.ts'
import type { PacketObserver, PacketStage } from './packet-observer.ts'
import type { PacketRule } from './packet-rule.ts'
import { type Exit, firstVerdict, PacketRules } from './packet-rules.ts'
import type { Routing } from './routing.ts'
import type { Packet } from './rows.ts'
import { IS_DROPPED, IS_REFUSED, PASSES, type Translation } from './translation.ts'

/** In every address book. */
const LOOPBACK = 0

/** Who hears of packets that leave the network. It owns the packet from then on, and releases it. */
export interface PacketSink {
  onPacket(host: number, packet: Packet): void
  /** It got no further than a link direction out of `host`. */
  onDiscarded(host: number, packet: Packet): void
  /** `host` answers it with a reset in the name of its destination. */
  onRefused(host: number, packet: Packet): void
  /** The network made `copy` of a packet by itself. */
  onCopied(copy: Packet): void
}

/** What the network is made of. */
export interface NetworkParts {
  readonly timeline: Timeline
  readonly packets: PacketTable
  readonly directions: LinkDirectionTable
  readonly accounts: AccountTable
  readonly activities: ActivityTable
  readonly addresses: AddressBook
  readonly routing: Routing
  /** null: no address is virtual. */
  readonly translation: Translation | null
  /** null: no firewall. */
  readonly filter: PacketFilter | null
  /** null, or left out: no segment is bridged. */
  readonly neighbours?: Neighbours | null
  /** The event target of link direction 0. */
  readonly firstDirectionTarget: number
}

/**
 * Carries packets from host to host. One event a hop: when a packet is put on a link direction, its loss, queueing,
 * serialization and arrival are known at once, since a direction is first in, first out.
 */
export class Network {
  readonly packets: PacketTable
  readonly directions: LinkDirectionTable
  readonly activities: ActivityTable
  readonly addresses: AddressBook
  readonly routing: Routing
  readonly translation: Translation | null
  readonly neighbours: Neighbours | null
  private readonly filter: PacketFilter | null
  private readonly timeline: Timeline
  private readonly accounts: AccountTable
  private readonly firstDirectionTarget: number
  private sink!: PacketSink
  observer: PacketObserver | null = null
  readonly rules = new PacketRules()

  constructor(parts: NetworkParts) {
    this.packets = parts.packets
    this.directions = parts.directions
    this.activities = parts.activities
    this.addresses = parts.addresses
    this.routing = parts.routing
    this.translation = parts.translation
    this.filter = parts.filter
    this.neighbours = parts.neighbours ?? null
    this.timeline = parts.timeline
    this.accounts = parts.accounts
    this.firstDirectionTarget = parts.firstDirectionTarget
  }

  connect(sink: PacketSink): void {
    this.sink = sink
  }

  /** A second packet like this one, with a hold of its own on what it carries. */
  copy(packet: Packet): Packet {
    const copy = this.packets.copy(packet)
    this.sink.onCopied(copy)
    return copy
  }

  /** Sends a packet of `host` itself on the way to its destination. */
  send(host: number, packet: Packet): void {
    if (this.filter !== null) this.filter.noteSent(host, this.packets, packet)
    if (this.translation === null || this.translate(this.translation, host, packet)) this.forward(host, packet, NONE)
  }

  /**
   * The largest packet that finds its way from `host` to an address, or NONE where no way leads there. To a virtual
   * address it is the least of those to its endpoints, since one of them is drawn only when a packet is sent.
   */
  smallestMtuBytes(host: number, address: number): number {
    const { routing, translation } = this
    const mtuBytes = routing.smallestMtuBytes(host, address)
    if (translation === null || mtuBytes === NONE) return mtuBytes
    const translator = routing.isVirtual(address)
      ? routing.gatewayFrom(host, address)
      : translation.translatorFrom(host, address)
    if (translator === NONE) return mtuBytes
    const onwards = translation.smallestMtuBytes(translator, address)
    if (onwards === NONE) return NONE
    // Without an endpoint the host itself refuses.
    const least = Math.min(mtuBytes, onwards)
    return least === Number.POSITIVE_INFINITY ? routing.smallestMtuBytes(host, LOOPBACK) : least
  }

  /** `from`: whose link it came by; NONE: it is the host's own. */
  private forward(host: number, packet: Packet, from: number): void {
    const { routing, neighbours } = this
    let direction = routing.nextDirection(host, this.packets.destination[packet])
    assert(direction !== NONE, 'packets are only made for reachable addresses')
    if (neighbours !== null && from !== NONE)
      direction = neighbours.portOf(host, from, direction, this.directions.toHost[direction])
    const rules = this.rules.atEntry[direction]
    if (rules === undefined) this.transmit(direction, packet, 0)
    else this.takeByRules(rules, direction, packet)
  }

  /** The event PACKET_ARRIVAL: the packet comes off the far end of a link direction. */
  arrive(direction: number, serial: number): void {
    const { packets, directions, timeline } = this
    const packet = this.unlink(direction, serial)
    const exit = this.rules.atExit[direction]
    if (exit !== undefined && packets.isHeld[packet] === 1) return this.leave(exit, direction, packet)
    if (packets.takenTick[packet] <= directions.lastDownTick[direction])
      return this.discard('dropped-while-down', direction, packet)
    directions.deliveredPackets[direction]++
    directions.deliveredBytes[direction] += packets.wireBytes(packet)
    digestDelivery(directions, packets, this.addresses, direction, packet, timeline.now)
    if (this.observer !== null) this.observer.observe('delivered', packets, packet, direction, timeline.now)
    if (exit === undefined) this.handOn(direction, packet)
    else if (exit.rules.length === 0) this.leave(exit, direction, packet)
    else this.leaveByRules(exit, direction, packet)
  }

  /** To the host at the end of a link direction, which takes it or sends it on. */
  private handOn(direction: number, packet: Packet): void {
    const { packets } = this
    const host = this.directions.toHost[direction]
    if (this.translation !== null && !this.translate(this.translation, host, packet)) return
    if (this.addresses.hostOf(packets.destination[packet], host) !== host)
      this.forward(host, packet, this.directions.fromHost[direction])
    else if (this.filter === null || this.isAdmitted(this.filter, host, direction, packet))
      this.sink.onPacket(host, packet)
  }

  /** Whether the packet goes on, with whatever addresses. */
  private translate(translation: Translation, host: number, packet: Packet): boolean {
    const verdict = translation.take(host, this.packets, packet)
    if (verdict === IS_REFUSED) this.sink.onRefused(host, packet)
    else if (verdict === IS_DROPPED) this.sink.onDiscarded(host, packet)
    return verdict === PASSES
  }

  /** What a host sends to itself is not filtered. */
  private isAdmitted(filter: PacketFilter, host: number, direction: number, packet: Packet): boolean {
    if (this.directions.fromHost[direction] === host) return true
    const action = filter.judge(host, this.packets, packet)
    if (action === 'allow') return true
    this.directions.droppedByFirewall[direction]++
    if (this.observer !== null)
      this.observer.observe('dropped-by-firewall', this.packets, packet, direction, this.timeline.now)
    if (action === 'reject') this.sink.onRefused(host, packet)
    else {
      if (this.translation !== null) this.translation.undo(this.packets, packet)
      this.sink.onDiscarded(host, packet)
    }
    return false
  }

  /** A link that goes down loses what is queued and in flight, even if it comes up again before that would arrive. */
  setUp(direction: number, isUp: boolean): void {
    const { directions, timeline } = this
    directions.isUp[direction] = isUp ? 1 : 0
    if (isUp) return
    directions.lastDownTick[direction] = timeline.now
    directions.busyUntilTick[direction] = timeline.now
    directions.lastArrivalTick[direction] = timeline.now
  }

  private takeByRules(rules: readonly PacketRule[], direction: number, packet: Packet): void {
    const verdict = firstVerdict(rules, this.packets, packet, this.timeline.now)
    switch (verdict.action) {
      case 'pass':
      case 'modify':
        return this.transmit(direction, packet, 0)
      case 'drop':
        return this.discard('dropped-by-rule', direction, packet)
      case 'delay':
        return this.transmit(direction, packet, verdict.delayNs)
      case 'duplicate': {
        const copy = this.copy(packet)
        this.transmit(direction, packet, 0)
        return this.transmit(direction, copy, verdict.delayNs)
      }
      case 'divert':
        return this.transmit(verdict.direction, packet, 0)
      case 'take':
        assert(false, 'nobody is there to take a packet at an entry')
    }
  }

  private leaveByRules(exit: Exit, direction: number, packet: Packet): void {
    const verdict = firstVerdict(exit.rules, this.packets, packet, this.timeline.now)
    switch (verdict.action) {
      case 'pass':
      case 'modify':
        return this.leave(exit, direction, packet)
      case 'drop':
        return this.discard('dropped-by-rule', direction, packet)
      case 'delay':
        return this.linkLater(direction, packet, verdict.delayNs)
      case 'duplicate': {
        this.linkLater(direction, this.copy(packet), verdict.delayNs)
        return this.leave(exit, direction, packet)
      }
      case 'divert':
        return this.transmit(verdict.direction, packet, 0)
      case 'take':
        return this.sink.onPacket(this.directions.toHost[direction], packet)
    }
  }

  private leave(exit: Exit, direction: number, packet: Packet): void {
    if (exit.takesAll) this.sink.onPacket(this.directions.toHost[direction], packet)
    else this.handOn(direction, packet)
  }

  /** It has come off the link, was counted and judged, and goes on later. */
  private linkLater(direction: number, packet: Packet, delayNs: number): void {
    this.link(direction, packet, this.timeline.now + Math.max(1, delayNs))
    this.packets.isHeld[packet] = 1
  }

  /** Puts a packet on a link direction; it arrives `extraDelayNs` later than the link alone would have it. */
  transmit(direction: number, packet: Packet, extraDelayNs: number): void {
    const { directions, packets } = this
    const now = this.timeline.now
    assert(packets.wireBytes(packet) <= directions.mtuBytes[direction], 'no packet exceeds the MTU of its way')
    if (this.observer !== null) this.observer.observe('sent', packets, packet, direction, now)
    if (directions.isUp[direction] === 0) return this.discard('dropped-while-down', direction, packet)
    if (isLost(directions, direction, packets, packet)) return this.discard('lost', direction, packet)
    const busyUntil = directions.busyUntilTick[direction]
    if (busyUntil - now > directions.queueLimitNs[direction]) return this.discard('dropped-at-queue', direction, packet)
    const wireBytes = packets.wireBytes(packet)
    const start = busyUntil > now ? busyUntil : now
    const end = start + directions.serializationNs(direction, wireBytes)
    directions.busyUntilTick[direction] = end
    if (isLostInBurst(directions, direction, packets, packet, start)) return this.discard('lost', direction, packet)
    if (directions.isCharged[direction] === 1) this.accounts.charge(packets.account[packet], wireBytes)
    this.activities.transmits(packets.activity[packet], start, end)
    this.link(direction, packet, this.arrivalTick(direction, packet, end + extraDelayNs, extraDelayNs > 0))
  }

  /** A rule's delay holds up its packet alone; jitter holds up those behind, unless they may overtake. */
  private arrivalTick(direction: number, packet: Packet, leaves: number, isHeldBack: boolean): number {
    const { directions } = this
    const earliest = this.timeline.now + 1
    let arrival = leaves + directions.delayNs[direction]
    if (directions.jitterKind[direction] !== JITTER_NONE)
      arrival += jitterNs(directions, direction, this.packets, packet)
    if (arrival < earliest) arrival = earliest
    if (isHeldBack) return arrival
    if (directions.mayReorder[direction] === 0 && arrival < directions.lastArrivalTick[direction]) {
      arrival = directions.lastArrivalTick[direction]
    }
    directions.lastArrivalTick[direction] = arrival
    return arrival
  }

  private link(direction: number, packet: Packet, arrivalTick: number): void {
    const { directions, packets } = this
    const serial = directions.nextSerial[direction]++
    const last = directions.lastInFlight[direction]
    packets.serial[packet] = serial
    packets.arrivalTick[packet] = arrivalTick
    packets.takenTick[packet] = this.timeline.now
    packets.isHeld[packet] = 0
    packets.next[packet] = NONE
    if (last === NONE) directions.firstInFlight[direction] = packet
    else packets.next[last] = packet
    directions.lastInFlight[direction] = packet
    this.timeline.schedule(arrivalTick, this.firstDirectionTarget + direction, PACKET_ARRIVAL, serial)
  }

  /** The first in flight, as a rule; further down the list where packets overtake. */
  private unlink(direction: number, serial: number): Packet {
    const { directions, packets } = this
    let before: Packet = NONE
    let packet = directions.firstInFlight[direction]
    while (packet !== NONE && packets.serial[packet] !== serial) {
      before = packet
      packet = packets.next[packet]
    }
    assert(packet !== NONE, 'an arrival has its packet')
    const after = packets.next[packet]
    if (before === NONE) directions.firstInFlight[direction] = after
    else packets.next[before] = after
    if (after === NONE) directions.lastInFlight[direction] = before
    return packet
  }

  private discard(stage: PacketStage, direction: number, packet: Packet): void {
    const { directions } = this
    if (stage === 'lost') directions.lostPackets[direction]++
    else if (stage === 'dropped-at-queue') directions.droppedAtQueue[direction]++
    else if (stage === 'dropped-while-down') directions.droppedWhileDown[direction]++
    if (this.observer !== null) this.observer.observe(stage, this.packets, packet, direction, this.timeline.now)
    if (this.translation !== null) this.translation.undo(this.packets, packet)
    this.sink.onDiscarded(directions.fromHost[direction], packet)
  }
}
