import type { Blueprint } from '../simulation/blueprint.ts'
import { checkArgument, checkShape, FUNCTION, LIMIT, listOf, OBJECT } from '../simulation/given/check-given.ts'
import { CHECKED, LIMITS_SHAPE } from '../simulation/given/shapes.ts'
import type { Plan } from '../simulation/plan.ts'
import { runForObservers } from '../simulation/run.ts'
import { packetEntry } from './describe/describe-packet.ts'
import { connectionKey, messagesOf } from './messages-of.ts'
import { PacketTap } from './record/packet-tap.ts'
import type { PacketSink, RecordedPacket } from './record/recorded-packet.ts'
import type { PacketPointer, Story, StoryOptions } from './story.ts'

const DEFAULT_MOST = 200

/**
 * Runs a scenario again, and returns the surroundings of each packet that evidence names: the packets of its connection
 * and the messages in them (who sent what to whom, and when).
 *
 * @throws InvalidOptions for arguments of another kind, and options that do not exist.
 * @throws BudgetExceeded when the run needs more than `maxEvents` events or `maxMemoryBytes` of memory.
 * @example
 * const [{ link, packet }] = verdicts[0].evidence
 * const [story] = storiesAround(loaded.scenario, [{ link, packet }])
 * for (const { from, to, text } of story.messages) console.log(`${from} > ${to}: ${text}`)
 */
export function storiesAround(
  scenario: { readonly blueprint: Blueprint },
  pointers: readonly PacketPointer[],
  given: StoryOptions = {},
): readonly Story[] {
  checkArgument('scenario of storiesAround', scenario, CHECKED)
  checkArgument('pointers of storiesAround', pointers, listOf(OBJECT, 'pointers'))
  checkShape('option of storiesAround', given, {
    most: LIMIT,
    ...LIMITS_SHAPE,
    onProgress: FUNCTION,
    shouldStop: FUNCTION,
  })
  const { most = DEFAULT_MOST, ...options } = given
  const teller = new StoryTeller(pointers, most)
  const taps: PacketTap[] = []
  runForObservers(scenario, {
    ...options,
    observe: (simulation) => {
      taps.push(new PacketTap(simulation, [teller]))
      teller.plan = simulation.plan
    },
  })
  for (const tap of taps) tap.finish()
  return teller.tell()
}

/** The story of one pointer while the simulation runs. */
interface Telling {
  readonly pointer: PacketPointer
  found: RecordedPacket | null
  packets: RecordedPacket[]
  /** The number of packets after the packet of the pointer. */
  after: number
  leftOut: number
}

/** Collects, for each pointer, the packets of its connection around it. */
class StoryTeller implements PacketSink {
  plan!: Plan
  private readonly tellings: readonly Telling[]
  private readonly most: number
  /** The last packets of each connection, until all pointers are found. */
  private readonly recent = new Map<string, { packets: RecordedPacket[]; dropped: number }>()

  constructor(pointers: readonly PacketPointer[], most: number) {
    this.most = most
    this.tellings = pointers.map((pointer) => ({ pointer, found: null, packets: [], after: 0, leftOut: 0 }))
  }

  onSent(packet: RecordedPacket): void {
    const key = connectionKey(packet)
    for (const telling of this.tellings) {
      const { found, pointer } = telling
      if (found !== null && connectionKey(found) === key) this.continue(telling, packet)
      else if (found === null && pointer.packet === packet.serial && pointer.link === packet.link)
        this.begin(telling, packet, key)
    }
    this.remember(key, packet)
  }

  onArrived(): void {}

  onDiscarded(): void {}

  tell(): readonly Story[] {
    return this.tellings.map(({ pointer, packets, leftOut }) => {
      const messages = messagesOf(packets, this.plan)
      return {
        pointer,
        packets: packets.map((packet) => packetEntry(packet, this.plan)),
        packetsLeftOut: leftOut,
        messages: messages.slice(0, this.most),
        messagesLeftOut: Math.max(0, messages.length - this.most),
      }
    })
  }

  private begin(telling: Telling, packet: RecordedPacket, key: string): void {
    const { packets, dropped } = this.recent.get(key) ?? { packets: [], dropped: 0 }
    telling.found = packet
    telling.packets = [...packets, packet]
    telling.leftOut = dropped
  }

  private continue(telling: Telling, packet: RecordedPacket): void {
    telling.after++
    if (telling.after <= this.most / 2) telling.packets.push(packet)
    else telling.leftOut++
    if (telling.packets.length <= this.most) return
    telling.packets.shift()
    telling.leftOut++
  }

  private remember(key: string, packet: RecordedPacket): void {
    if (this.tellings.every(({ found }) => found !== null)) return this.recent.clear()
    const recent = this.recent.get(key) ?? { packets: [], dropped: 0 }
    recent.packets.push(packet)
    if (recent.packets.length > this.most) {
      recent.packets.shift()
      recent.dropped++
    }
    this.recent.set(key, recent)
  }
}
