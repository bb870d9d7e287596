import { PASS, type PacketRule, type RuleVerdict } from './packet-rule.ts'
import { type PacketView, showPacket } from './packet-view.ts'
import type { Packet } from './rows.ts'

/** The end of a link direction where packets are examined or copied before they are delivered to the host. */
export interface Exit {
  /** The host at the end receives every packet, whatever its destination address. */
  takesAll: boolean
  readonly rules: PacketRule[]
}

// Bits of `places`.
export const AT_ENTRY = 1
export const AT_EXIT = 2

/**
 * The packet rules of each link direction; most have none. The first verdict other than `pass` decides: first that of
 * the rule that was set, then those of the rules that were attached, in that order.
 */
export class PacketRules {
  readonly atEntry: (readonly PacketRule[] | undefined)[] = []
  readonly atExit: (Exit | undefined)[] = []
  /**
   * For each direction, at which of its ends it has rules; none beyond the end of the array. Every packet asks: with rules
   * at few of many directions, bytes stay in the processor's caches, and the lists of rules do not.
   */
  places: Uint8Array
  private readonly set: (PacketRule | undefined)[] = []
  private readonly attached: (readonly PacketRule[] | undefined)[] = []

  /** @param directionCount the number of directions so far; rules may also be set on later ones */
  constructor(directionCount: number) {
    this.places = new Uint8Array(directionCount)
  }

  /** Sets the one rule at the entry of a direction that forks share. */
  setRule(direction: number, rule: PacketRule): void {
    this.set[direction] = rule
    this.compose(direction)
  }

  /** Attaches a rule of a part of the simulation; each fork attaches its own. */
  attach(direction: number, at: 'entry' | 'exit', rule: PacketRule): void {
    if (at === 'exit') {
      this.makeExit(direction).rules.push(rule)
      return
    }
    this.attached[direction] = [...(this.attached[direction] ?? []), rule]
    this.compose(direction)
  }

  /** Makes the host at the end of a direction receive every packet, whatever its destination address. */
  takeAll(direction: number): void {
    this.makeExit(direction).takesAll = true
  }

  /**
   * Takes over the rules that were set in another simulation. They are pure functions, so both simulations can use
   * them.
   */
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
    if (all.length > 0) this.mark(direction, AT_ENTRY)
    else this.places[direction] &= ~AT_ENTRY
  }

  private makeExit(direction: number): Exit {
    const known = this.atExit[direction]
    if (known !== undefined) return known
    const exit: Exit = { takesAll: false, rules: [] }
    this.atExit[direction] = exit
    this.mark(direction, AT_EXIT)
    return exit
  }

  private mark(direction: number, place: number): void {
    if (direction >= this.places.length) {
      const places = new Uint8Array(2 * (direction + 1))
      places.set(this.places)
      this.places = places
    }
    this.places[direction] |= place
  }
}

/** Returns the first verdict other than `pass` about a packet, which is shown to the rules in `view`. */
export function firstVerdict(
  rules: readonly PacketRule[],
  view: PacketView,
  packet: Packet,
  direction: number,
): RuleVerdict {
  for (let i = 0; i < rules.length; i++) {
    // A rule that sends packets lets other rules see them in the same view.
    showPacket(view, packet, direction)
    const verdict = rules[i].judge(view)
    if (verdict.action !== 'pass') return verdict
  }
  return PASS
}
