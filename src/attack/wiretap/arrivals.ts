import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Network } from '../../network/network.ts'
import { PASS } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { Content } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { AttackPlan } from '../attack-plan.ts'
import { type Exhibit, NO_EXHIBIT } from '../state/tally.ts'
import { sends } from './step-choice.ts'

/** By content that is of an attacker's making, or of which it has changed a part. */
class ArrivalTable implements ArenaTable {
  /** Of the content's row, plus 1. */
  generation!: Float64Array
  direction!: Int32Array
  serial!: Float64Array

  layOut(columns: Columns): void {
    this.generation = columns.float64()
    this.serial = columns.float64()
    this.direction = columns.int32()
  }
}

/** Which packet brought an attacker's words to where honest ends are: the evidence that they took them for true. */
export class Arrivals {
  private readonly arena: Arena
  private readonly network: Network
  private readonly contents: Contents
  private readonly table = new ArrivalTable()
  /** By host: 1 where some attacker speaks. */
  private readonly isAttackers: Uint8Array

  constructor(arena: Arena, network: Network, contents: Contents, plan: AttackPlan, hostCount: number) {
    this.arena = arena
    this.network = network
    this.contents = contents
    this.isAttackers = new Uint8Array(hostCount)
    for (const { controls } of plan.attackers)
      controls.forEach((controlled, host) => {
        if (controlled === 1) this.isAttackers[host] = 1
      })
    arena.attach(this.table, 64)
    this.watch(plan)
  }

  /** The last packet that had come with a stretch of one of these contents; the first that is known of counts. */
  whereOf(contents: readonly Content[]): Exhibit {
    for (const content of contents) {
      if (content === NONE) continue
      const original = this.contents.originalOf(content)
      const row = this.contents.table.indexOf(original)
      const { generation, direction, serial } = this.table
      if (row < generation.length && generation[row] === this.contents.table.generation[original] + 1)
        return { direction: direction[row], serial: serial[row] }
    }
    return NO_EXHIBIT
  }

  /** Directions into hosts at the ends of connections in which somebody might say something. */
  private watch(plan: AttackPlan): void {
    const { addresses, directions, rules } = this.network
    const legs = plan.steps.filter(({ technique }) => sends(technique)).flatMap((step) => step.legs)
    const ends = new Set(
      legs.flatMap(({ clientAddress, serverAddress }) =>
        [clientAddress, serverAddress].map((address) => (address === NONE ? NONE : addresses.hostOf(address, NONE))),
      ),
    )
    for (let direction = 0; direction < directions.count; direction++)
      if (ends.has(directions.toHost[direction]))
        rules.attach(direction, 'exit', {
          judge: (_, packet) => {
            this.note(direction, packet)
            return PASS
          },
        })
  }

  private note(direction: number, packet: Packet): void {
    const { packets } = this.network
    const content = packets.content[packet]
    if (content === NONE || this.isAttackers[this.contents.table.author[content]] !== 1) return
    const original = this.contents.originalOf(content)
    const row = this.contents.table.indexOf(original)
    if (row >= this.table.serial.length) this.makeRoomFor(row)
    this.table.generation[row] = this.contents.table.generation[original] + 1
    this.table.direction[row] = direction
    this.table.serial[row] = packets.serial[packet]
  }

  private makeRoomFor(row: number): void {
    let room = this.table.serial.length
    while (room <= row) room *= 2
    this.arena.grow(this.table, room)
  }
}
