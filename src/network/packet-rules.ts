import type { PacketTable } from './packet.ts'
import { PASS, type PacketRule, type RuleVerdict } from './packet-rule.ts'
import type { Packet } from './rows.ts'

/** What awaits packets that come off a link direction, where that is more than the host at its end. */
export interface Exit {
  /** Everything is for the host there, whatever address it bears. */
  takesAll: boolean
  readonly rules: PacketRule[]
}

/**
 * Who interferes with packets, by link direction; mostly nobody. The first whose verdict is not to pass decides: a rule
 * that was set, then those that were attached, in that order.
 */
export class PacketRules {
  readonly atEntry: (readonly PacketRule[] | undefined)[] = []
  readonly atExit: (Exit | undefined)[] = []
  private readonly set: (PacketRule | undefined)[] = []
  private readonly attached: (readonly PacketRule[] | undefined)[] = []

  /** One a direction, at its entry; forks have it too. */
  setRule(direction: number, rule: PacketRule): void {
    this.set[direction] = rule
    this.compose(direction)
  }

  /** For parts of a simulation, which each fork has of its own. */
  attach(direction: number, at: 'entry' | 'exit', rule: PacketRule): void {
    if (at === 'exit') {
      this.exitOf(direction).rules.push(rule)
      return
    }
    this.attached[direction] = [...(this.attached[direction] ?? []), rule]
    this.compose(direction)
  }

  takeAll(direction: number): void {
    this.exitOf(direction).takesAll = true
  }

  /** Rules that were set are functions of what they see, so that both may have them. */
  shareOf(other: PacketRules): void {
    const directions = new Set([...this.set.keys(), ...other.set.keys()])
    for (const direction of directions) {
      this.set[direction] = other.set[direction]
      this.compose(direction)
    }
  }

  private compose(direction: number): void {
    const set = this.set[direction]
    const attached = this.attached[direction] ?? []
    const all = set === undefined ? attached : [set, ...attached]
    this.atEntry[direction] = all.length === 0 ? undefined : all
  }

  private exitOf(direction: number): Exit {
    const known = this.atExit[direction]
    if (known !== undefined) return known
    const exit: Exit = { takesAll: false, rules: [] }
    this.atExit[direction] = exit
    return exit
  }
}

export function firstVerdict(
  rules: readonly PacketRule[],
  packets: PacketTable,
  packet: Packet,
  tick: number,
): RuleVerdict {
  for (let i = 0; i < rules.length; i++) {
    const verdict = rules[i].judge(packets, packet, tick)
    if (verdict.action !== 'pass') return verdict
  }
  return PASS
}
