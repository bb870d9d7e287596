import type { PassedOn } from '../../attack/state/passed-on-log.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'

/** The requests of a path in one run, from which the consequences of an attack are derived. */
export interface PathHistory {
  readonly responses: readonly { readonly startTick: number; readonly endTick: number }[]
  readonly failures: readonly {
    readonly startTick: number
    readonly endTick: number
    readonly reason: FailureReason
  }[]
  /** The reasons of failed connections, and failed dials, that carried no request. */
  readonly idleLosses: readonly FailureReason[]
  /** The SSH tunnels and Konnectivity agents whose connections carry the path's connections. */
  readonly carriers: readonly Carrier[]
  /** The number of requests that had neither a response nor a failure when the run ended. */
  readonly unfinished: number
  /** The users' requests that the apiserver forwarded along the path, in the order in which they began. */
  readonly passedOn: readonly PassedOn[]
  readonly messages: MessageTimes
  /** When the run ended. */
  readonly endTick: number
}

/** Returns the history of a path without traffic. */
export function unusedHistory(endTick: number): PathHistory {
  return {
    responses: [],
    failures: [],
    idleLosses: [],
    carriers: [],
    unfinished: 0,
    passedOn: [],
    messages: { sent: [], open: [] },
    endTick,
  }
}

/** A connection that carries the connections of paths, and that is dialled again when it is lost. */
export interface Carrier {
  /** The host that dials it, as an index of the plan, and the server's port. */
  readonly host: number
  readonly port: number
  /** The number of lost connections plus the number of failed dials. */
  readonly losses: number
  /** The reasons of losses while it carried no connection of a path. No other record has them. */
  readonly idleLosses: readonly FailureReason[]
}

/** The messages of a path in one run. A message is an exchange, or a chunk of a stream, or a typed key. */
export interface MessageTimes {
  /** The messages that arrived, failed or were forwarded by the apiserver, each with its start and end. */
  readonly sent: readonly { readonly startTick: number; readonly endTick: number }[]
  /** The start ticks of messages that had neither arrived nor failed at the end of the run. */
  readonly open: readonly number[]
}

/**
 * Returns the histories of a path in two runs, where requests that the apiserver forwarded count as requests of the
 * path. The nth request for an object in one run is compared with the nth request for it in the other; requests without
 * a counterpart are left out. (An attack changes the order of requests for different objects.)
 */
export function pairedHistories(attacked: PathHistory, unattacked: PathHistory): readonly [PathHistory, PathHistory] {
  const others = byRequest(unattacked.passedOn)
  const both = [...byRequest(attacked.passedOn)].flatMap(([request, ones]) =>
    ones.flatMap((one, nth) => {
      const other = others.get(request)?.[nth]
      return other === undefined || isUsersChoice(one, other) || isUsersChoice(other, one) ? [] : [{ one, other }]
    }),
  )
  return [
    withPassedOn(
      attacked,
      both.map(({ one }) => one),
    ),
    withPassedOn(
      unattacked,
      both.map(({ other }) => other),
    ),
  ]
}

function byRequest(passedOn: readonly PassedOn[]): Map<number, PassedOn[]> {
  const groups = new Map<number, PassedOn[]>()
  for (const one of passedOn) {
    const group = groups.get(one.request)
    if (group === undefined) groups.set(one.request, [one])
    else group.push(one)
  }
  return groups
}

/**
 * Returns whether the user withdrew the request sooner than it ended in the other run. Then the path is not the reason.
 */
function isUsersChoice(one: PassedOn, other: PassedOn): boolean {
  return one.end === 'withdrawn' && (other.end !== 'completed' || lengthOf(one) <= lengthOf(other))
}

function lengthOf({ startTick, endTick }: PassedOn): number {
  return endTick - startTick
}

/**
 * Adds forwarded requests to a path's own requests. A request that its user gave up waiting for counts as unfinished.
 */
function withPassedOn(history: PathHistory, passedOn: readonly PassedOn[]): PathHistory {
  const completed = passedOn.filter(({ end }) => end === 'completed')
  const failed = passedOn.flatMap(({ startTick, endTick, end }) =>
    end === 'completed' || end === 'open' || end === 'withdrawn' ? [] : [{ startTick, endTick, reason: end }],
  )
  return {
    ...history,
    responses: [...history.responses, ...completed],
    failures: [...history.failures, ...failed],
    unfinished: history.unfinished + passedOn.length - completed.length - failed.length,
    passedOn: [],
  }
}

/** A span of time: after `fromTick`, up to and including `toTick`. */
export interface Span {
  readonly fromTick: number
  readonly toTick: number
}

/** Returns the requests that completed in a span. */
export function responsesWithin({ responses }: PathHistory, { fromTick, toTick }: Span): PathHistory['responses'] {
  return responses.filter(({ endTick }) => endTick > fromTick && endTick <= toTick)
}

/** Returns the completed requests that were under way in a span. They may complete after it. */
export function responsesDuring({ responses }: PathHistory, { fromTick, toTick }: Span): PathHistory['responses'] {
  return responses.filter(({ startTick, endTick }) => startTick <= toTick && endTick > fromTick)
}

/** Returns the number of messages that were under way in a span from `fromTick` to before `toTick`. */
export function messagesWithin(
  { messages: { sent, open } }: Pick<PathHistory, 'messages'>,
  { fromTick, toTick }: Span,
): number {
  const ended = sent.filter(({ startTick, endTick }) => endTick >= fromTick && startTick < toTick)
  return ended.length + open.filter((startTick) => startTick < toTick).length
}

/** Returns whether a request of the path was under way in a span. */
export function hasRequestsDuring({ responses, failures, unfinished, passedOn }: PathHistory, span: Span): boolean {
  const isDuring = ({ startTick, endTick }: { readonly startTick: number; readonly endTick: number }) =>
    startTick <= span.toTick && endTick > span.fromTick
  const isOpen = ({ startTick, end }: PassedOn) => end === 'open' && startTick <= span.toTick
  return unfinished > 0 || [...responses, ...failures, ...passedOn].some(isDuring) || passedOn.some(isOpen)
}

/** Returns the tick at which the first request completed after `tick`; null if none did. */
export function firstResponseAfter({ responses }: PathHistory, tick: number): number | null {
  const later = responses.map(({ endTick }) => endTick).filter((endTick) => endTick > tick)
  return later.length === 0 ? null : later.reduce((least, endTick) => Math.min(least, endTick))
}

/** A reason why a carrier was lost, or could not be dialled, more often than without the attack. */
export interface CarrierLoss extends Pick<Carrier, 'host' | 'port'> {
  readonly reason: FailureReason
}

/**
 * Returns the losses of idle carriers that are new in the attacked run. Carriers that were lost as often without the
 * attack, also while they were in use, have none.
 */
export function newCarrierLosses(attacked: PathHistory, unattacked: PathHistory): CarrierLoss[] {
  return attacked.carriers.flatMap(({ host, port, losses, idleLosses }, index) => {
    const usual = unattacked.carriers[index]
    if (losses <= usual.losses) return []
    const countIn = (reasons: readonly FailureReason[], reason: FailureReason) =>
      reasons.filter((each) => each === reason).length
    return [...new Set(idleLosses)]
      .filter((reason) => countIn(idleLosses, reason) > countIn(usual.idleLosses, reason))
      .map((reason) => ({ host, port, reason }))
  })
}
