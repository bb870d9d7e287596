import { NONE } from '../../engine/table.ts'
import type { Network } from '../../network/network.ts'
import { PASS } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { Content } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { AttackPlan } from '../attack-plan.ts'
import type { PacketReference } from '../state/event-counts.ts'
import { FRAME_KINDS, type FramePackets } from './frame-packets.ts'
import { sends } from './step-attribution.ts'

/**
 * Records which packets deliver data that an attacker has written or altered to the ends of connections, as evidence
 * that an end has accepted the data.
 */
export function recordArrivals(network: Network, contents: Contents, frames: FramePackets, plan: AttackPlan): void {
  const { packets, directions, rules } = network
  const ends = endsOfSending(network, plan)
  const isAttackers = (host: number) => plan.attackers.some(({ controls }) => controls[host] === 1)
  const record = (direction: number, packet: Packet) => {
    const content = packets.content[packet]
    if (content === NONE || !isAttackers(contents.table.author[content])) return
    const from = packets.contentOffset[packet]
    const where = { direction, serial: packets.serial[packet] }
    noteFrames(contents, frames, content, from, from + packets.payloadBytes[packet], where)
  }
  for (let direction = 0; direction < directions.count; direction++)
    if (ends.has(directions.endOf(direction)))
      rules.attach(direction, 'exit', {
        judge: ({ row }) => {
          record(direction, row)
          return PASS
        },
      })
}

/** Returns the hosts at the ends of each connection into which a step may send data. */
function endsOfSending({ addresses }: Network, { steps }: AttackPlan): ReadonlySet<number> {
  const legs = steps.filter(({ technique }) => sends(technique)).flatMap((step) => step.legs)
  const known = legs.flatMap(({ clientAddress, serverAddress }) => [clientAddress, serverAddress])
  return new Set(known.filter((address) => address !== NONE).map((address) => addresses.hostOf(address, NONE)))
}

/** Notes the frames of which a range of a content has bytes, and those in the records that it carries. */
function noteFrames(
  contents: Contents,
  frames: FramePackets,
  content: Content,
  from: number,
  until: number,
  where: PacketReference,
): void {
  const { marks } = contents
  for (let mark = contents.markAt(content, from); mark !== NONE; mark = marks.next[mark]) {
    const endOffset = marks.endOffset[mark]
    if (endOffset - marks.lengthBytes[mark] >= until) return
    if (FRAME_KINDS.includes(marks.kind[mark])) frames.note(NONE, content, endOffset, where)
    const carried = marks.carried[mark]
    const first = marks.carriedOffset[mark]
    if (carried !== NONE) noteFrames(contents, frames, carried, first, first + marks.value[mark], where)
  }
}
