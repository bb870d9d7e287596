import type { Arena } from '../../engine/arena.ts'
import { hashString32 } from '../../engine/hash.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Network } from '../../network/network.ts'
import { MODIFY, type RuleVerdict } from '../../network/packet-rule.ts'
import type { Content } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import { derivedName } from '../../transport/streams/derived-name.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'
import type { Altered } from '../rows.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'
import type { Sighting } from './sighting.ts'

/** Changed copies that somebody still refers to; a row of one that nobody does is found out when it is met. */
class AlteredTable extends Table<Altered> {
  readonly attacker = this.int32()
  readonly original = this.handle<Content>()
  readonly altered = this.handle<Content>()
  readonly alteredGeneration = this.uint32()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/**
 * Changes what packets carry, byte by byte in its place, checksum and all. Each attacker has one changed copy of a
 * content, so that what it changes in two packets is one story.
 */
export class Tampering implements PacketAgent {
  private readonly table: AlteredTable
  private readonly network: Network
  private readonly contents: Contents
  private readonly plan: PlannedAttackers
  /** By attacker: its part of the names of its copies. */
  private readonly salts: readonly number[]

  constructor({ arena, network, contents, plan }: AgentTools) {
    this.table = new AlteredTable(arena)
    this.network = network
    this.contents = contents
    this.plan = plan
    this.salts = plan.attackers.map(({ name }) => hashString32(`altered by ${name}`, 1))
  }

  onPacket(_step: number, { attacker, packet }: Sighting): RuleVerdict | null {
    const { contents } = this
    const { packets } = this.network
    if (packets.payloadBytes[packet] === 0) return null
    const before = packets.content[packet]
    const altered = this.heldCopyOf(attacker, contents.originalOf(before))
    packets.content[packet] = altered
    packets.contentNameHigh[packet] = contents.table.nameHigh[altered]
    packets.contentNameLow[packet] = contents.table.nameLow[altered]
    contents.drop(before)
    return MODIFY
  }

  /** The packet holds it. */
  private heldCopyOf(attacker: number, original: Content): Content {
    const { contents, table } = this
    const known = this.copyAmong(attacker, original)
    if (known !== NONE) {
      contents.hold(known)
      return known
    }
    const { host } = this.plan.attackers[attacker]
    const { nameHigh, nameLow } = contents.table
    const high = derivedName(nameHigh[original], this.salts[attacker])
    const low = derivedName(nameLow[original], this.salts[attacker])
    const altered = contents.alter(original, host, high, low)
    const row = table.allocate()
    table.attacker[row] = attacker
    table.original[row] = original
    table.altered[row] = altered
    table.alteredGeneration[row] = contents.table.generation[altered]
    return altered
  }

  private copyAmong(attacker: number, original: Content): Content {
    const { contents, table } = this
    for (const row of table.everyRow()) {
      const altered = table.altered[row]
      if (altered === NONE) continue
      if (contents.table.generation[altered] !== table.alteredGeneration[row]) {
        table.altered[row] = NONE
        table.release(row)
      } else if (table.original[row] === original && table.attacker[row] === attacker) return altered
    }
    return NONE
  }
}
