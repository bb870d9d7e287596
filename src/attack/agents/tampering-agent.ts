import type { Arena } from '../../engine/arena.ts'
import { hashString32 } from '../../engine/hash.ts'
import { NONE, Table } from '../../engine/table.ts'
import { MODIFY, type RuleVerdict } from '../../network/packet-rule.ts'
import type { Content } from '../../transport/rows.ts'
import { derivedName } from '../../transport/streams/derived-name.ts'
import type { Altered } from '../rows.ts'
import type { Observation } from './observation.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'

/** Altered copies of contents. The row of a copy that nothing refers to any more is released when a search meets it. */
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
 * Changes the bytes that packets carry, in place and with a correct checksum. Each attacker has one altered copy of a
 * content, so that its changes in two packets are consistent.
 */
export class TamperingAgent implements PacketAgent {
  private readonly tools: AgentTools
  private readonly table: AlteredTable
  /** The salt in the names of the altered copies of each attacker. */
  private readonly salts: readonly number[]

  constructor(tools: AgentTools) {
    this.tools = tools
    this.table = new AlteredTable(tools.arena)
    this.salts = tools.plan.attackers.map(({ name }) => hashString32(`altered by ${name}`, 1))
  }

  onPacket(_step: number, { attacker, packet }: Observation): RuleVerdict | null {
    const { contents, network } = this.tools
    const { packets } = network
    if (packets.payloadBytes[packet] === 0) return null
    const before = packets.content[packet]
    const altered = this.heldCopyOf(attacker, contents.originalOf(before))
    packets.content[packet] = altered
    packets.contentNameHigh[packet] = contents.table.nameHigh[altered]
    packets.contentNameLow[packet] = contents.table.nameLow[altered]
    contents.drop(before)
    return MODIFY
  }

  /** Returns the attacker's altered copy, which is created if it does not exist, with a reference for the packet. */
  private heldCopyOf(attacker: number, original: Content): Content {
    const { table } = this
    const { contents, plan } = this.tools
    const known = this.copyAmong(attacker, original)
    if (known !== NONE) {
      contents.hold(known)
      return known
    }
    const { host } = plan.attackers[attacker]
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
    const { table } = this
    const { contents } = this.tools
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
