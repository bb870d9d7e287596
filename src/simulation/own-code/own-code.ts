import type { AttackVerdict } from '../../attack/agents/packet-code.ts'
import type { PacketObserver } from '../../network/packet-observer.ts'
import type { LinkVerdict } from '../../network/packet-rule.ts'
import type { PacketView } from '../../network/packet-view.ts'
import type { NamedNumbers } from '../../network/remembered.ts'
import type { CongestionControlsByName } from '../../transport/congestion/congestion-controls.ts'

/** An observer that a library user adds to a run. Errors mention its name. */
export interface Observer extends PacketObserver {
  readonly name: string
}

/** A packet rule that a library user adds to a run: a device in a link that drops, delays or duplicates packets. */
export interface LinkRule<State extends NamedNumbers = NamedNumbers> {
  /** The name in errors. */
  readonly name: string
  /** The link or segment, or one link direction such as `link/wan/forward`. */
  readonly on: string
  /** The numbers in its state, by name, with their initial values. */
  readonly state?: State
  /**
   * Decides about a packet that is put on the link, before loss and queueing. Rules decide in the order of the list,
   * and before attackers. The first verdict other than `pass` counts. The properties of `state` can be set.
   */
  judge(packet: PacketView, state: Remembered<State>): LinkVerdict
}

/** The vantages that a user's attacker can have. All of them see packets of others. */
export const OWN_VANTAGES = ['passive', 'side', 'inline', 'node'] as const

/** An attacker that a library user adds to a run. Its verdicts have the technique `own-code`. */
export interface Attacker<State extends NamedNumbers = NamedNumbers> {
  /** Its name in verdicts, different from all other attackers. */
  readonly name: string
  /**
   * Its place in the network, as in scenarios. `passive` only sees, `side` sees and resets, the others can do
   * everything.
   */
  readonly vantage: (typeof OWN_VANTAGES)[number]
  /**
   * The link or segment that it is on; for a `node`, the host that it has compromised. `{ path }` corresponds to `the
   * link that it crosses` in scenarios: the link or segment with the longest delay on the path's route to its server,
   * or to the end of its tunnel.
   */
  readonly on: string | { readonly path: string }
  /** The paths that it attacks. Default: all. */
  readonly paths?: readonly string[]
  /** The begin and end of the attack. Default: 0, and never. */
  readonly fromNs?: number
  readonly untilNs?: number
  /** The numbers in its state, by name, with their initial values. */
  readonly state?: State
  /** Decides about a packet of the attacked paths that it sees. The properties of `state` can be set. */
  onPacket(packet: PacketView, state: Remembered<State>, isTowardServer: boolean): AttackVerdict
}

/** The numbers of a state, which can be read and set. */
export type Remembered<State extends NamedNumbers> = { -readonly [Name in keyof State]: number }

/**
 * Objects with which a library user takes part in a run. They are not isolated: objects that use `Math.random`, a clock
 * or variables outside their state make runs differ (`checkDeterminism` finds out).
 */
export interface OwnCode {
  /** Observers of packets. They cannot change a run. */
  readonly observers?: readonly Observer[]
  /** Congestion controls, by the names with which hosts select them (`hosts.NAME.tcp.congestion`). */
  readonly congestionControls?: CongestionControlsByName
  /** Rules for packets on links. */
  readonly rules?: readonly LinkRule[]
  /** Attackers in addition to the scenario's. */
  readonly attackers?: readonly Attacker[]
}

/** Thrown for invalid objects of a user. The message has all problems, one a line. */
export class InvalidOwnCode extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'InvalidOwnCode'
    this.problems = problems
  }
}

/** Thrown when an object of a user throws, or returns an invalid answer, while a simulation runs. */
export class OwnCodeFailed extends Error {
  /** The object, such as `observer audit`. */
  readonly object: string

  /** `what` says what a function did: `observe() threw TypeError: ...`. */
  constructor(object: string, what: string, tickNs: number | null, cause?: unknown) {
    super(`${object}: ${what}${tickNs === null ? '' : `, at ${tickNs} ns`}`, cause === undefined ? {} : { cause })
    this.name = 'OwnCodeFailed'
    this.object = object
  }
}

/** Returns the error for a user's function that has thrown. */
export function thrownBy(object: string, hook: string, tickNs: number | null, error: unknown): OwnCodeFailed {
  return new OwnCodeFailed(object, `${hook}() threw ${String(error)}`, tickNs, error)
}
