import { assert } from '../engine/assert.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { AccountTable } from './account.ts'
import type { ActivityTable } from './activity.ts'
import type { AddressBook } from './address-book.ts'
import { BurstTransmission } from './burst-transmission.ts'
import { digestDelivery } from './delivery-digest.ts'
import { departureTick } from './departure.ts'
import { CE } from './header-flags.ts'
import type { Interceptions } from './interception.ts'
import { jitterNs } from './jitter.ts'
import {
  HAS_BURSTS,
  HAS_JITTER,
  HAS_LOSS,
  HAS_NOISE,
  IS_CHARGED,
  IS_DOWN,
  LINK_PLACES,
  type LinkDirectionTable,
  MARKS_WAITING,
  MAY_REORDER,
  TAKES_TIME_TO_SEND,
} from './link-direction.ts'
import { isLost, isLostInBurst } from './loss.ts'
import type { Middleboxes } from './middleboxes.ts'
import type { Neighbours } from './neighbours.ts'
import { PACKET_PLACES, type PacketTable } from './packet.ts'
import type { PacketFilter } from './packet-filter.ts'
import type { PacketObserver, PacketStage } from './packet-observer.ts'
import type { PacketRule } from './packet-rule.ts'
import { AT_ENTRY, AT_EXIT, type Exit, firstVerdict, PacketRules } from './packet-rules.ts'
import { type NetworkNames, PacketView, showPacket } from './packet-view.ts'
import { PACKET_ARRIVAL, PacketsInFlight } from './packets-in-flight.ts'
import type { Routing } from './routing.ts'
import type { Activity, LinkDirection, Packet } from './rows.ts'
import { IS_DROPPED, IS_REFUSED, PASSES, type Translation } from './translation.ts'

const {
  serial: SERIAL,
  takenTick: TAKEN_TICK,
  headerBytes: HEADER_BYTES,
  payloadBytes: PAYLOAD_BYTES,
  senderNameHigh: NAME_HIGH,
  senderNameLow: NAME_LOW,
  destination: DESTINATION,
  account: ACCOUNT,
  activity: ACTIVITY,
} = PACKET_PLACES

const {
  busyUntilTick: BUSY_UNTIL_TICK,
  lastArrivalTick: LAST_ARRIVAL_TICK,
  delayNs: DELAY_NS,
  queueLimitNs: QUEUE_LIMIT_NS,
  lastDownTick: LAST_DOWN_TICK,
  deliveredPackets: DELIVERED_PACKETS,
  deliveredBytes: DELIVERED_BYTES,
  features: FEATURES,
  nextSerial: NEXT_SERIAL,
  mtuBytes: MTU_BYTES,
} = LINK_PLACES

/** The index of 127.0.0.1 in every address book. */
export const LOOPBACK = 0

/** Receives the packets that leave the network. The sink owns such a packet and releases it. */
export interface PacketSink {
  /** Called when a packet has arrived at the host to which it is addressed. */
  onPacket(host: number, packet: Packet): void
  /**
   * Called when a packet was lost or dropped; the last host that it left is `host`. `isByRule`: a rule of a link, such as
   * an attacker's, dropped it.
   */
  onDiscarded(host: number, packet: Packet, isByRule: boolean): void
  /** Called when a packet was refused at `host`, which answers it with a reset in the name of its destination. */
  onRefused(host: number, packet: Packet): void
  /** Called when the network has copied a packet, as `copy`. */
  onCopied(copy: Packet): void
}

/** The parts of a network. */
export interface NetworkParts {
  readonly timeline: Timeline
  readonly packets: PacketTable
  readonly directions: LinkDirectionTable
  readonly accounts: AccountTable
  readonly activities: ActivityTable
  readonly addresses: AddressBook
  readonly routing: Routing
  /** The translation of virtual addresses; null when no address is virtual. */
  readonly translation: Translation | null
  /** The firewalls of the hosts; null when there are none. */
  readonly filter: PacketFilter | null
  /** The middleboxes before hosts; null or undefined when there are none. */
  readonly middleboxes?: Middleboxes | null
  /** The connections that hosts accept in the place of servers; null or undefined when there are none. */
  readonly interceptions?: Interceptions | null
  /** The ARP tables of bridged segments; null or undefined when no segment is bridged. */
  readonly neighbours?: Neighbours | null
  /** The event target of link direction 0. */
  readonly firstDirectionTarget: number
  /** The names that observers and rules see. */
  readonly names: NetworkNames
}

/**
 * Carries packets from host to host, with one event per hop. When a packet is put on a link direction, its loss,
 * queueing, serialization and arrival are computed at once, since a direction is first in, first out.
 */
export class Network {
  readonly packets: PacketTable
  readonly directions: LinkDirectionTable
  readonly activities: ActivityTable
  readonly addresses: AddressBook
  readonly routing: Routing
  readonly translation: Translation | null
  readonly neighbours: Neighbours | null
  readonly interceptions: Interceptions | null
  private readonly filter: PacketFilter | null
  private readonly middleboxes: Middleboxes | null
  readonly timeline: Timeline
  readonly names: NetworkNames
  private readonly accounts: AccountTable
  readonly inFlight: PacketsInFlight
  private readonly bursts: BurstTransmission
  private sink!: PacketSink
  observer: PacketObserver | null = null
  readonly rules: PacketRules
  private readonly view: PacketView

  constructor(parts: NetworkParts) {
    this.packets = parts.packets
    this.directions = parts.directions
    this.rules = new PacketRules(parts.directions.count)
    this.activities = parts.activities
    this.addresses = parts.addresses
    this.routing = parts.routing
    this.translation = parts.translation
    this.filter = parts.filter
    this.middleboxes = parts.middleboxes ?? null
    this.neighbours = parts.neighbours ?? null
    this.interceptions = parts.interceptions ?? null
    this.timeline = parts.timeline
    this.names = parts.names
    this.accounts = parts.accounts
    this.view = new PacketView(this)
    parts.timeline.handle(PACKET_ARRIVAL, parts.firstDirectionTarget, (direction, serial) =>
      this.arrive(direction, serial),
    )
    this.inFlight = new PacketsInFlight(parts.directions, parts.packets, parts.timeline, parts.firstDirectionTarget)
    this.bursts = new BurstTransmission(
      parts.directions,
      parts.packets,
      parts.accounts,
      parts.activities,
      this.inFlight,
      parts.timeline,
    )
  }

  connect(sink: PacketSink): void {
    this.sink = sink
  }

  /** Returns a second packet like this one, with its own reference to the content that it carries. */
  copy(packet: Packet): Packet {
    const copy = this.packets.copy(packet)
    this.sink.onCopied(copy)
    return copy
  }

  /** Sends a packet that `host` itself has made to its destination. */
  send(host: number, packet: Packet): void {
    if (this.filter !== null) this.filter.recordSent(host, this.packets, packet)
    if (this.translation !== null && !this.translate(this.translation, host, packet)) return
    this.forward(host, packet, NONE)
  }

  /**
   * Returns the link direction by which packets of `host` to an address leave, if nothing examines them before: to be given
   * to `sendBy` or `sendBurst` with packets of the same event. NONE: each must be given to `send`.
   */
  directionTo(host: number, destination: number): number {
    if (this.filter !== null || this.translation !== null || this.middleboxes !== null) return NONE
    const direction = this.routing.nextDirection(host, destination)
    return (this.rules.places[direction] & AT_ENTRY) === 0 ? direction : NONE
  }

  /** Sends a packet of the host where `direction` begins. */
  sendBy(direction: number, packet: Packet): void {
    this.number(direction, packet)
    this.put(direction, packet, 0)
  }

  /** Sends the first `count` packets of a list, as `sendBy` does. They are of one connection and of one size. */
  sendBurst(direction: number, burst: Int32Array, count: number): void {
    const { packets, observer } = this
    const taken = observer === null && count > 1 ? this.bursts.put(direction, burst, count) : 0
    for (let nth = taken; nth < count; nth++) this.sendBy(direction, packets.rowAt(burst[nth]))
  }

  /**
   * Returns the size of the largest packet that can travel from `host` to an address, or NONE when there is no route.
   * For a virtual address it is the smallest over its endpoints, since the endpoint is only drawn when a packet is
   * sent.
   */
  smallestMtuBytes(host: number, address: number): number {
    const { routing, translation } = this
    const mtuBytes = routing.smallestMtuBytes(host, address)
    if (translation === null || mtuBytes === NONE) return mtuBytes
    const translator = routing.isVirtual(address)
      ? routing.gatewayFrom(host, address)
      : translation.translatorFrom(host, address)
    if (translator === NONE) return mtuBytes
    const endpointMtuBytes = translation.smallestMtuBytes(translator, address)
    if (endpointMtuBytes === NONE) return NONE
    // Without endpoints the translating host refuses the connection, so only its own route counts.
    const least = Math.min(mtuBytes, endpointMtuBytes)
    return least === Number.POSITIVE_INFINITY ? routing.smallestMtuBytes(host, LOOPBACK) : least
  }

  /**
   * Sends a packet on towards its destination. `from` is the host or switch from which it arrived, NONE when `host` has
   * made the packet.
   */
  private forward(host: number, packet: Packet, from: number): void {
    const { routing, neighbours } = this
    let direction = routing.nextDirection(host, this.packets.int32s[packet + DESTINATION])
    assert(direction !== NONE, 'packets are only sent to reachable addresses')
    if (neighbours !== null && from !== NONE)
      direction = neighbours.portOf(host, from, direction, this.directions.endOf(direction))
    if (this.middleboxes !== null && !this.mayLeave(this.middleboxes, host, packet, from, direction)) return
    this.number(direction, packet)
    const { rules } = this
    if ((rules.places[direction] & AT_ENTRY) === 0) this.put(direction, packet, 0)
    else this.transmitByVerdict(rules.atEntry[direction]!, direction, packet)
  }

  /** Handles the event PACKET_ARRIVAL: a packet arrives at the end of a link direction. */
  arrive(direction: number, serial: number): void {
    const { packets, directions, timeline } = this
    const packet = this.inFlight.take(direction, serial)
    const { rules } = this
    const exit = (rules.places[direction] & AT_EXIT) === 0 ? undefined : rules.atExit[direction]
    if (exit !== undefined && packets.isHeld[packet] === 1) return this.leaveDirection(exit, direction, packet)
    const row = directions.rowOf(direction)
    if (packets.float64s[packet + TAKEN_TICK] <= directions.float64s[row + LAST_DOWN_TICK])
      return this.discard('dropped-while-down', direction, packet)
    const { float64s: numbers } = directions
    const header = packets.int32s
    numbers[row + DELIVERED_PACKETS]++
    numbers[row + DELIVERED_BYTES] += header[packet + HEADER_BYTES] + header[packet + PAYLOAD_BYTES]
    digestDelivery(directions, packets, this.addresses, row, packet, timeline)
    if (this.observer !== null) this.observe(this.observer, 'delivered', direction, packet)
    if (exit === undefined) this.deliver(direction, packet)
    else if (exit.rules.length === 0) this.leaveDirection(exit, direction, packet)
    else this.leaveByVerdict(exit, direction, packet)
  }

  /** Gives a packet to the host at the end of a link direction, which accepts or forwards it. */
  private deliver(direction: number, packet: Packet): void {
    const host = this.directions.endOf(direction)
    if (this.middleboxes !== null && !this.mayEnter(this.middleboxes, host, packet, direction)) return
    if (this.translation !== null && !this.translate(this.translation, host, packet)) return
    if (!this.isFor(host, packet)) this.forward(host, packet, this.directions.startOf(direction))
    else if (this.filter === null || this.isAdmitted(this.filter, host, direction, packet))
      this.sink.onPacket(host, packet)
  }

  /** Returns whether a packet ends at `host`: it has the host's address, or the host accepts it in a server's place. */
  private isFor(host: number, packet: Packet): boolean {
    const { addresses, interceptions, packets } = this
    if (addresses.hostOf(packets.destination[packet], host) === host) return true
    return interceptions !== null && interceptions.find(host, packets, packet) !== NONE
  }

  /** Translates the packet's addresses. Returns whether the packet continues. */
  private translate(translation: Translation, host: number, packet: Packet): boolean {
    const verdict = translation.translate(host, this.packets, packet)
    if (verdict === IS_REFUSED) this.sink.onRefused(host, packet)
    else if (verdict === IS_DROPPED) this.sink.onDiscarded(host, packet, false)
    return verdict === PASSES
  }

  /**
   * Returns whether a middlebox before `host` lets a packet in that arrives on a direction. It sees the packets for what
   * is behind it, as they are before the host translates their addresses.
   */
  private mayEnter(middleboxes: Middleboxes, host: number, packet: Packet, direction: number): boolean {
    if (!middleboxes.isPassed(host, this.directions.startOf(direction))) return true
    const end = this.addresses.hostOf(this.packets.destination[packet], host)
    const isBehind = end === NONE || middleboxes.isBehind(host, end) || this.isFor(host, packet)
    return !isBehind || this.isLet(middleboxes, host, packet)
  }

  /** Returns whether a middlebox before `host` lets a packet of what is behind it out on a direction. */
  private mayLeave(middleboxes: Middleboxes, host: number, packet: Packet, from: number, direction: number): boolean {
    if (!middleboxes.isPassed(host, this.directions.endOf(direction))) return true
    const end = this.addresses.hostOf(this.packets.source[packet], host)
    const isBehind = from === NONE || end === NONE || middleboxes.isBehind(host, end)
    return !isBehind || this.isLet(middleboxes, host, packet)
  }

  private isLet(middleboxes: Middleboxes, host: number, packet: Packet): boolean {
    const verdict = middleboxes.judge(host, this.packets, packet)
    if (verdict === IS_REFUSED) this.sink.onRefused(host, packet)
    else if (verdict === IS_DROPPED) this.sink.onDiscarded(host, packet, false)
    return verdict === PASSES
  }

  private isFromItself(host: number, direction: number): boolean {
    return this.directions.startOf(direction) === host
  }

  /**
   * Returns whether the firewall of `host` accepts the packet. Packets that a host sends to itself are not filtered.
   */
  private isAdmitted(filter: PacketFilter, host: number, direction: number, packet: Packet): boolean {
    if (this.isFromItself(host, direction)) return true
    const action = filter.judge(host, this.packets, packet)
    if (action === 'allow') return true
    this.directions.droppedByFirewall[this.directions.rowOf(direction)]++
    if (this.observer !== null) this.observe(this.observer, 'dropped-by-firewall', direction, packet)
    if (action === 'reject') this.sink.onRefused(host, packet)
    else {
      if (this.translation !== null) this.translation.undo(this.packets, packet)
      this.sink.onDiscarded(host, packet, false)
    }
    return false
  }

  /**
   * Sets a link direction up or down. A direction that goes down loses the packets that are queued and in flight, even
   * if it comes up again before they would have arrived.
   */
  setLinkState(direction: number, isUp: boolean): void {
    const { directions, timeline } = this
    const row = directions.rowOf(direction)
    directions.setFeature(row, IS_DOWN, !isUp)
    if (isUp) return
    directions.lastDownTick[row] = timeline.now
    directions.busyUntilTick[row] = timeline.now
    directions.lastArrivalTick[row] = timeline.now
  }

  private transmitByVerdict(rules: readonly PacketRule[], direction: number, packet: Packet): void {
    const verdict = firstVerdict(rules, this.view, packet, direction)
    switch (verdict.action) {
      case 'pass':
      case 'modify':
        return this.put(direction, packet, 0)
      case 'drop':
        this.directions.withheldPackets[this.directions.rowOf(direction)]++
        this.observeSent(direction, packet)
        return this.discard('dropped-by-rule', direction, packet)
      case 'delay':
        return this.put(direction, packet, verdict.delayNs)
      case 'duplicate': {
        const copy = this.copy(packet)
        this.put(direction, packet, 0)
        return this.transmit(direction, copy, verdict.delayNs)
      }
      case 'divert':
        this.directions.withheldPackets[this.directions.rowOf(direction)]++
        this.observeSent(direction, packet)
        return this.divert(direction, packet, verdict.direction)
      case 'take':
        assert(false, 'only a rule at an exit takes a packet')
    }
  }

  private leaveByVerdict(exit: Exit, direction: number, packet: Packet): void {
    const verdict = firstVerdict(exit.rules, this.view, packet, direction)
    switch (verdict.action) {
      case 'pass':
      case 'modify':
        return this.leaveDirection(exit, direction, packet)
      case 'drop':
        return this.discard('dropped-by-rule', direction, packet)
      case 'delay':
        return this.linkLater(direction, packet, verdict.delayNs)
      case 'duplicate': {
        const copy = this.copy(packet)
        this.number(direction, copy)
        this.directions.copiedPackets[this.directions.rowOf(direction)]++
        this.linkLater(direction, copy, verdict.delayNs)
        return this.leaveDirection(exit, direction, packet)
      }
      case 'divert':
        return this.divert(direction, packet, verdict.direction)
      case 'take':
        return this.sink.onPacket(this.directions.endOf(direction), packet)
    }
  }

  private leaveDirection(exit: Exit, direction: number, packet: Packet): void {
    if (exit.takesAll) this.sink.onPacket(this.directions.endOf(direction), packet)
    else this.deliver(direction, packet)
  }

  /** Puts a packet of one link direction on another instead, where it gets a number of its own. */
  private divert(direction: number, packet: Packet, onto: number): void {
    if (this.observer !== null) this.observe(this.observer, 'diverted', direction, packet)
    this.transmit(onto, packet, 0)
  }

  /** Returns the number of packets that were sent on a link direction and have not arrived. */
  underWayOn(direction: number): number {
    return this.inFlight.on(direction).filter((packet) => this.packets.isHeld[packet] === 0).length
  }

  /** Delays a packet that has arrived, was counted and was judged by the rules. It keeps its number. */
  private linkLater(direction: number, packet: Packet, delayNs: number): void {
    this.activities.recordHoldingBack(this.packets.activity[packet], this.timeline.now + Math.max(1, delayNs))
    this.inFlight.add(direction, packet, this.timeline.now + Math.max(1, delayNs), true)
    this.packets.isHeld[packet] = 1
  }

  /** Puts a packet on a link direction, where it arrives `extraDelayNs` later than it otherwise would. */
  transmit(direction: number, packet: Packet, extraDelayNs: number): void {
    this.number(direction, packet)
    this.put(direction, packet, extraDelayNs)
  }

  /**
   * Gives a packet the next number of a link direction. Each packet that comes to the direction has one, before any rule
   * or loss: what a rule diverts or drops there can still be named.
   */
  private number(direction: number, packet: Packet): void {
    const { directions, packets } = this
    packets.int32s[packet + SERIAL] = directions.int32s[directions.rowOf(direction) + NEXT_SERIAL]++
  }

  private put(direction: number, packet: Packet, extraDelayNs: number): void {
    const { directions, packets } = this
    if (this.observer !== null) this.observeSent(direction, packet)
    const header = packets.int32s
    const row = directions.rowOf(direction)
    const { int32s: words } = directions
    const features = words[row + FEATURES]
    const takesTime = (features & TAKES_TIME_TO_SEND) !== 0
    const now = takesTime ? departureTick(directions, row, this.timeline.now) : this.timeline.now
    const wireBytes = header[packet + HEADER_BYTES] + header[packet + PAYLOAD_BYTES]
    const account = this.accounts.rowAt(header[packet + ACCOUNT])
    const activity = this.activities.rowAt(header[packet + ACTIVITY])
    assert(wireBytes <= words[row + MTU_BYTES], 'no packet exceeds the MTU of its link')
    if ((features & IS_DOWN) !== 0) return this.discard('dropped-while-down', direction, packet)
    if ((features & HAS_LOSS) !== 0 && isLost(directions, row, packets, packet))
      return this.discard('lost', direction, packet)
    const busyUntil = directions.float64s[row + BUSY_UNTIL_TICK]
    if (busyUntil - now > directions.float64s[row + QUEUE_LIMIT_NS])
      return this.discard('dropped-at-queue', direction, packet)
    if ((features & MARKS_WAITING) !== 0) this.mark(row, packet, busyUntil - now)
    const start = busyUntil > now ? busyUntil : now
    const end = start + directions.serializationNs(row, wireBytes)
    directions.float64s[row + BUSY_UNTIL_TICK] = end
    if ((features & HAS_BURSTS) !== 0 && isLostInBurst(directions, row, packets, packet, start))
      return this.discard('lost', direction, packet)
    if ((features & IS_CHARGED) !== 0) this.accounts.charge(account, wireBytes)
    if (extraDelayNs > 0) return this.putLater(direction, packet, activity, now, start, end, extraDelayNs)
    this.activities.recordTransmission(activity, start - this.timeline.now, end - start)
    this.inFlight.add(direction, packet, this.arrivalTick(row, packet, end, false), false)
  }

  /** Marks a packet that has to wait long, if its sender knows ECN (RFC 3168 section 5). */
  private mark(row: LinkDirection, packet: Packet, waitNs: number): void {
    const { directions, packets } = this
    if (waitNs <= directions.ceThresholdNs[row] || (packets.flags[packet] & CE) === 0) return
    packets.flags[packet] |= CE
    directions.markedPackets[row]++
  }

  /** Puts a packet on a link direction that a rule holds back, which is thought of as before the link. */
  private putLater(
    direction: number,
    packet: Packet,
    activity: Activity,
    now: number,
    start: number,
    end: number,
    extraDelayNs: number,
  ): void {
    this.activities.recordHoldingBack(activity, now + extraDelayNs)
    this.activities.recordTransmission(activity, start + extraDelayNs - this.timeline.now, end - start)
    this.inFlight.add(
      direction,
      packet,
      this.arrivalTick(this.directions.rowOf(direction), packet, end + extraDelayNs, true),
      true,
    )
  }

  private observe(observer: PacketObserver, stage: PacketStage, direction: number, packet: Packet): void {
    showPacket(this.view, packet, direction)
    observer.observe(stage, this.view)
  }

  private observeSent(direction: number, packet: Packet): void {
    if (this.observer !== null) this.observe(this.observer, 'sent', direction, packet)
  }

  /**
   * Returns when a packet arrives. The delay of a rule holds up this packet only; jitter also holds up later packets,
   * unless the direction may reorder.
   */
  private arrivalTick(row: LinkDirection, packet: Packet, leaves: number, isHeldBack: boolean): number {
    const { directions } = this
    const { float64s: numbers } = directions
    const features = directions.int32s[row + FEATURES]
    const earliest = this.timeline.now + 1
    let arrival = leaves + numbers[row + DELAY_NS]
    if ((features & HAS_JITTER) !== 0) arrival += jitterNs(directions, row, this.packets, packet)
    if (arrival < earliest) arrival = earliest
    if (!isHeldBack) {
      const last = numbers[row + LAST_ARRIVAL_TICK]
      if ((features & MAY_REORDER) === 0 && arrival < last) arrival = last
      numbers[row + LAST_ARRIVAL_TICK] = arrival
    }
    if ((features & HAS_NOISE) === 0) return arrival
    const header = this.packets.int32s
    return directions.takenUpTick(row, header[packet + NAME_HIGH], header[packet + NAME_LOW], arrival)
  }

  private discard(stage: PacketStage, direction: number, packet: Packet): void {
    const { directions } = this
    const row = directions.rowOf(direction)
    if (stage === 'lost') directions.lostPackets[row]++
    else if (stage === 'dropped-at-queue') directions.droppedAtQueue[row]++
    else if (stage === 'dropped-while-down') directions.droppedWhileDown[row]++
    if (this.observer !== null) this.observe(this.observer, stage, direction, packet)
    if (this.translation !== null) this.translation.undo(this.packets, packet)
    this.sink.onDiscarded(directions.fromHost[row], packet, stage === 'dropped-by-rule')
  }
}
