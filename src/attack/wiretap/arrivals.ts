import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Network } from '../../network/network.ts'
import { PASS } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { Content } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { AttackPlan } from '../attack-plan.ts'
import { NO_PACKET, type PacketReference } from '../state/event-counts.ts'
import { growTo } from './side-table.ts'
import { sends } from './step-attribution.ts'

/** The last packet with data of each content that an attacker has written or altered, by index of ContentTable. */
class ArrivalTable implements ArenaTable {
  /** The generation of the content's row, plus 1. */
  generation!: Float64Array
  direction!: Int32Array
  serial!: Float64Array

  layOut(columns: Columns): void {
    this.generation = columns.float64()
    this.serial = columns.float64()
    this.direction = columns.int32()
  }
}

/** Records which packet delivered an attacker's data to an honest end, as evidence that the end accepted the data. */
export class Arrivals {
  private readonly arena: Arena
  private readonly network: Network
  private readonly contents: Contents
  private readonly table = new ArrivalTable()
  /** 1 for each host that an attacker controls, else 0. */
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

  /** Returns the last packet that carried data of the first of these contents for which a packet is recorded. */
  whereOf(contents: readonly Content[]): PacketReference {
    for (const content of contents) {
      if (content === NONE) continue
      const original = this.contents.originalOf(content)
      const index = this.contents.table.indexOf(original)
      const { generation, direction, serial } = this.table
      if (index < generation.length && generation[index] === this.contents.table.generation[original] + 1)
        return { direction: direction[index], serial: serial[index] }
    }
    return NO_PACKET
  }

  /** Watches the directions into each host at the end of a connection into which a step may send data. */
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
            this.record(direction, packet)
            return PASS
          },
        })
  }

  private record(direction: number, packet: Packet): void {
    const { packets } = this.network
    const content = packets.content[packet]
    if (content === NONE || this.isAttackers[this.contents.table.author[content]] !== 1) return
    const original = this.contents.originalOf(content)
    const index = this.contents.table.indexOf(original)
    growTo(this.arena, this.table, this.table.serial.length, index)
    this.table.generation[index] = this.contents.table.generation[original] + 1
    this.table.direction[index] = direction
    this.table.serial[index] = packets.serial[packet]
  }
}
