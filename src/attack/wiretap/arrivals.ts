import { NONE } from '../../engine/table.ts'
import { REQUEST_HEAD } from '../../http/marks.ts'
import type { Network } from '../../network/network.ts'
import { PASS, type PacketRule } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { Content } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { PacketReference } from '../state/event-counts.ts'
import { FRAME_KINDS, type FramePackets } from './frame-packets.ts'
import { alters, attractsToItself, type StepAttribution, sends } from './step-attribution.ts'

/** A server that decides on requests of attackers' own, when they arrive at its port. */
export interface DecidingServer {
  readonly host: number
  readonly port: number
}

export interface ArrivalParts {
  readonly network: Network
  readonly contents: Contents
  readonly frames: FramePackets
  readonly attribution: StepAttribution
  readonly servers: readonly DecidingServer[]
}

/**
 * Records which packets deliver data that an attacker has written or altered to the ends of connections, and attackers'
 * own requests that honest proxies forward. This is the evidence that an end accepted the data, or decided on the
 * request. It also records which packets bring messages to attackers that make clients connect to their own hosts.
 */
export function recordArrivals(parts: ArrivalParts): void {
  const { directions, rules } = parts.network
  const ends = endsOfSending(parts)
  const portsOf = new Map<number, ReadonlySet<number>>()
  for (const { host, port } of parts.servers) portsOf.set(host, new Set([...(portsOf.get(host) ?? []), port]))
  for (let direction = 0; direction < directions.count; direction++) {
    const end = directions.endOf(direction)
    const ports = portsOf.get(end)
    const readers = attractingTo(end, parts)
    if (ports !== undefined || ends.has(end) || readers.length > 0)
      rules.attach(direction, 'exit', new ArrivalRule(parts, direction, ends.has(end), ports ?? NO_PORTS, readers))
  }
}

const NO_PORTS: ReadonlySet<number> = new Set()

/** Returns the hosts at the ends of each connection into which a step may send data. */
function endsOfSending({ network, attribution }: ArrivalParts): ReadonlySet<number> {
  const { addresses } = network
  const legs = attribution.plan.steps.filter(({ technique }) => sends(technique)).flatMap((step) => step.legs)
  const known = legs.flatMap(({ clientAddress, serverAddress }) => [clientAddress, serverAddress])
  return new Set(known.filter((address) => address !== NONE).map((address) => addresses.hostOf(address, NONE)))
}

/** Returns the attackers that control a host and have clients connect to it. */
function attractingTo(host: number, { attribution: { plan } }: ArrivalParts): readonly number[] {
  const attracting = plan.steps.filter(({ technique }) => attractsToItself(technique)).map(({ attacker }) => attacker)
  return [...new Set(attracting)].filter((attacker) => plan.attackers[attacker].controls[host] === 1)
}

/** Notes the frames in the packets that arrive at the end of a link direction. */
class ArrivalRule implements PacketRule {
  private readonly parts: ArrivalParts
  private readonly direction: number
  private readonly isEnd: boolean
  private readonly ports: ReadonlySet<number>
  private readonly readers: readonly number[]
  /** The steps after whose first act the data of honest hosts may contain what an attacker has altered. */
  private readonly altering: readonly number[]

  /**
   * @param isEnd whether a step may send data into connections that end here
   * @param ports the ports of the host there that servers have which decide on attackers' own requests
   * @param readers the attackers whose host is there, to which they have clients connect
   */
  constructor(
    parts: ArrivalParts,
    direction: number,
    isEnd: boolean,
    ports: ReadonlySet<number>,
    readers: readonly number[],
  ) {
    const { steps } = parts.attribution.plan
    this.parts = parts
    this.direction = direction
    this.isEnd = isEnd
    this.ports = ports
    this.readers = readers
    this.altering = isEnd ? [...steps.keys()].filter((step) => alters(steps[step].technique)) : []
  }

  judge({ row }: { readonly row: Packet }): typeof PASS {
    const { packets } = this.parts.network
    const content = packets.content[row]
    if (content === NONE || !this.mayConcernAttackers(row, content)) return PASS
    const from = packets.contentOffset[row]
    const where = { direction: this.direction, serial: packets.serial[row] }
    this.noteFrames(content, from, from + packets.payloadBytes[row], where, false)
    return PASS
  }

  private mayConcernAttackers(packet: Packet, content: Content): boolean {
    const { network, attribution } = this.parts
    if (attribution.state.areAllDisabled) return false
    if (this.readers.length > 0) return true
    if (this.ports.size > 0 && this.ports.has(network.packets.destinationPort[packet])) return true
    return this.isEnd && (this.isAttackers(content) || this.hasAltered())
  }

  private hasAltered(): boolean {
    const { altering } = this
    const { state } = this.parts.attribution
    for (let i = 0; i < altering.length; i++) if (state.acts(altering[i]) > 0) return true
    return false
  }

  private isAttackers(content: Content): boolean {
    const { contents, attribution } = this.parts
    return content !== NONE && attribution.controlled[contents.table.author[content]] === 1
  }

  /**
   * Notes the frames with bytes in a range of a content, and frames inside its records: frames that an attacker wrote
   * or altered, or wrapped in a record of its own; the heads of its own requests; and all frames for attackers that
   * read here.
   */
  private noteFrames(
    content: Content,
    from: number,
    until: number,
    where: PacketReference,
    isInAttackers: boolean,
  ): void {
    const { contents, frames, attribution } = this.parts
    const { marks } = contents
    const isAttackers = isInAttackers || this.isAttackers(content)
    for (let mark = contents.markAt(content, from); mark !== NONE; mark = marks.next[mark]) {
      const endOffset = marks.endOffset[mark]
      if (endOffset - marks.lengthBytes[mark] >= until) return
      const kind = marks.kind[mark]
      const carried = marks.carried[mark]
      if (FRAME_KINDS.includes(kind)) {
        const isOwn = kind === REQUEST_HEAD && attribution.plan.requests[marks.value[mark]].step !== NONE
        if (isAttackers || isOwn || this.isAttackers(carried)) frames.note(NONE, content, endOffset, where)
        for (let i = 0; i < this.readers.length; i++) frames.note(this.readers[i], content, endOffset, where)
      }
      const first = marks.carriedOffset[mark]
      if (carried !== NONE) this.noteFrames(carried, first, first + marks.value[mark], where, isAttackers)
    }
  }
}
