import type { Arena } from '../engine/arena.ts'
import { hashString32 } from '../engine/hash.ts'
import { draw32 } from '../engine/streams.ts'
import { IndexedTable, NONE } from '../engine/table.ts'
import { ACK, SYN } from '../network/header-flags.ts'
import type { Network } from '../network/network.ts'
import type { Packet } from '../network/rows.ts'
import type { Content } from '../transport/rows.ts'
import type { Contents } from '../transport/streams/content.ts'
import { derivedName } from '../transport/streams/derived-name.ts'
import type { PlannedAttackers } from './planned-attackers.ts'
import type { Forged } from './rows.ts'

const HEADER_BYTES = 40
const TIMESTAMPED_HEADER_BYTES = 52
const SYN_HEADER_BYTES = 60

/** The number of packets that each step has forged. A forged packet's name contains its number. */
class ForgedTable extends IndexedTable<Forged> {
  readonly made = this.uint32()

  constructor(arena: Arena, steps: number) {
    super(arena, Math.max(1, steps))
    this.attach()
    for (let step = 0; step < steps; step++) this.made[this.allocate()] = 0
  }
}

/** The header of a forged packet. Addresses are indices into the address book. */
interface Header {
  source: number
  sourcePort: number
  destination: number
  destinationPort: number
  sequenceNumber: number
  acknowledgementNumber: number
  flags: number
  window: number
}

/**
 * Makes packets that no TCP connection has sent. Random decisions about them use the attacker's names, so they do not
 * affect other packets.
 */
export class Forge {
  /** The header of the next packet. Callers write into it, because nothing is allocated for a packet. */
  readonly header: Header = {
    source: NONE,
    sourcePort: 0,
    destination: NONE,
    destinationPort: 0,
    sequenceNumber: 0,
    acknowledgementNumber: 0,
    flags: 0,
    window: 0,
  }
  private readonly forged: ForgedTable
  private readonly network: Network
  private readonly contents: Contents
  private readonly plan: PlannedAttackers
  /** The hash from which the names of the packets of each step are derived. */
  private readonly names: readonly { readonly high: number; readonly low: number }[]

  constructor(arena: Arena, network: Network, contents: Contents, plan: PlannedAttackers) {
    this.forged = new ForgedTable(arena, plan.steps.length)
    this.network = network
    this.contents = contents
    this.plan = plan
    this.names = plan.steps.map(({ attacker }, step) => {
      const { name } = plan.attackers[attacker]
      const first = plan.steps.findIndex((other) => other.attacker === attacker)
      const text = `attacker/${name}/${step - first + 1}`
      return { high: hashString32(text, 1), low: hashString32(text, 2) }
    })
  }

  /** Sets the header to a reply to an observed packet, from its destination to its source. */
  setReply(packet: Packet, acknowledgementNumber: number): void {
    const { header } = this
    this.setNext(packet, this.network.packets.acknowledgementNumber[packet])
    const { source, sourcePort } = header
    header.source = header.destination
    header.sourcePort = header.destinationPort
    header.destination = source
    header.destinationPort = sourcePort
    header.acknowledgementNumber = acknowledgementNumber
  }

  /** Sets the header to a packet that follows an observed one in the same direction. */
  setNext(packet: Packet, sequenceNumber: number): void {
    const { header } = this
    const { packets } = this.network
    header.source = packets.source[packet]
    header.sourcePort = packets.sourcePort[packet]
    header.destination = packets.destination[packet]
    header.destinationPort = packets.destinationPort[packet]
    header.sequenceNumber = sequenceNumber
    header.acknowledgementNumber = packets.acknowledgementNumber[packet]
    header.flags = ACK
    header.window = packets.window[packet]
  }

  /** Makes a packet with the header and without data. */
  withoutData(step: number): Packet {
    const { header } = this
    const { packets } = this.network
    const packet = packets.allocate()
    packets.source[packet] = header.source
    packets.sourcePort[packet] = header.sourcePort
    packets.destination[packet] = header.destination
    packets.destinationPort[packet] = header.destinationPort
    packets.sequenceNumber[packet] = header.sequenceNumber
    packets.acknowledgementNumber[packet] = header.acknowledgementNumber
    packets.flags[packet] = header.flags
    packets.window[packet] = header.window
    packets.headerBytes[packet] = (header.flags & SYN) !== 0 ? SYN_HEADER_BYTES : HEADER_BYTES
    this.sign(step, packet)
    return packet
  }

  /** Makes a packet with the header and a range of a content, with a reference to the content. */
  withData(step: number, createContent: Content, offset: number, lengthBytes: number): Packet {
    const { contents } = this
    const packet = this.withoutData(step)
    const { packets } = this.network
    packets.headerBytes[packet] = TIMESTAMPED_HEADER_BYTES
    packets.payloadBytes[packet] = lengthBytes
    packets.content[packet] = createContent
    packets.contentOffset[packet] = offset
    packets.contentNameHigh[packet] = contents.table.nameHigh[createContent]
    packets.contentNameLow[packet] = contents.table.nameLow[createContent]
    contents.hold(createContent)
    return packet
  }

  /** Makes a copy of a packet, under the attacker's name. */
  copy(step: number, original: Packet): Packet {
    const copy = this.network.copy(original)
    const { packets, activities } = this.network
    activities.drop(packets.activity[copy])
    this.sign(step, copy)
    return copy
  }

  /** Returns whether the attacker has forged the packet. */
  hasForged(attacker: number, packet: Packet): boolean {
    return this.forgerOf(packet) === attacker
  }

  /** Returns the attacker that has forged the packet; NONE where a TCP connection has sent it. */
  forgerOf(packet: Packet): number {
    const { senderNameHigh, senderNameLow } = this.network.packets
    for (let step = 0; step < this.names.length; step++) {
      const { high, low } = this.names[step]
      if (high === senderNameHigh[packet] && low === senderNameLow[packet]) return this.plan.steps[step].attacker
    }
    return NONE
  }

  /** Makes a content, with a reference for the caller. */
  content(step: number): Content {
    const nth = this.forged.made[step]++
    const { high, low } = this.names[step]
    const author = this.plan.attackers[this.plan.steps[step].attacker].host
    return this.contents.create(derivedName(high, nth), derivedName(low, nth), author)
  }

  /** Returns 32 random bits. */
  random32(step: number): number {
    const { key } = this.plan.steps[step]
    return draw32(key.hi, key.lo, 0, 0, this.forged.made[step]++, 0)
  }

  private sign(step: number, packet: Packet): void {
    const { packets } = this.network
    packets.senderNameHigh[packet] = this.names[step].high
    packets.senderNameLow[packet] = this.names[step].low
    packets.streamOffset[packet] = this.forged.made[step]++
    packets.transmission[packet] = 1
    packets.account[packet] = NONE
    packets.activity[packet] = NONE
  }
}
