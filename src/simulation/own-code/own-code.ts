import type { PacketObserver } from '../../network/packet-observer.ts'
import type { CongestionControlsByName } from '../../transport/congestion/congestion-controls.ts'

/** An observer that a user of the library adds to a run. The name stands in errors. */
export interface Observer extends PacketObserver {
  readonly name: string
}

/**
 * Objects with which a user of the library takes part in a run. They get no protection: what uses `Math.random`, a clock
 * or variables outside their state makes runs differ.
 */
export interface OwnCode {
  /** Observers of packets. They cannot change a run. */
  readonly observers?: readonly Observer[]
  /** Congestion controls, by the names with which hosts select them (`hosts.NAME.tcp.congestion`). */
  readonly congestionControls?: CongestionControlsByName
}

/** Thrown for objects of a user that are not what they should be. The message has all problems, a line each. */
export class InvalidOwnCode extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'InvalidOwnCode'
    this.problems = problems
  }
}

/** Thrown when an object of a user throws, or answers what is no answer, while a simulation runs. */
export class OwnCodeFailed extends Error {
  /** The object, such as `observer audit`. */
  readonly object: string

  /** `what` says which function did what: `observe() threw TypeError: ...`. */
  constructor(object: string, what: string, tickNs: number | null, cause?: unknown) {
    super(`${object}: ${what}${tickNs === null ? '' : `, at ${tickNs} ns`}`, cause === undefined ? {} : { cause })
    this.name = 'OwnCodeFailed'
    this.object = object
  }
}

/** Returns the error for a function of an object of a user that has thrown. */
export function thrownBy(object: string, hook: string, tickNs: number | null, error: unknown): OwnCodeFailed {
  return new OwnCodeFailed(object, `${hook}() threw ${String(error)}`, tickNs, error)
}
