import { NS_PER_MS } from '../../engine/ticks.ts'
import { REFUSALS } from '../../workload/refusal.ts'
import { median } from '../order-statistics.ts'
import {
  firstResponseAfter,
  type PathHistory,
  pairedHistories,
  responsesDuring,
  responsesWithin,
  type Span,
} from './history.ts'

/** The harm to a path, compared with the same run without the attack. */
export interface Consequences {
  readonly outcome: 'outage' | 'disrupted' | 'degraded' | null
  /** The tick at which the runs first differ; null if they do not. */
  readonly firstTick: number | null
  /** The delay until a request completed again; if none did, until the attacked run ended. */
  readonly outageNs: number
  readonly recoveredTick: number | null
}

const NO_CONSEQUENCES: Consequences = { outcome: null, firstTick: null, outageNs: 0, recoveredTick: null }

/**
 * The least slowdown for the outcome `degraded`: the median latency is at least 10 % and 1 ms above the one without the
 * attack (docs/design.md#outcomes).
 */
const LEAST_SLOWDOWN = 1.1
const LEAST_SLOWDOWN_NS = NS_PER_MS

/**
 * Compares the requests of a path with the same requests in the run without the attack. `span` lasts from the
 * attacker's first act to the end of the step. Both runs are equal before it.
 */
export function consequencesOf(attackedRun: PathHistory, unattackedRun: PathHistory, span: Span): Consequences {
  const [attacked, unattacked] = pairedHistories(attackedRun, unattackedRun)
  const lost = lossOf(attacked, unattacked, span) ?? lossOf(withRefusals(attacked), withRefusals(unattacked), span)
  if (lost !== null) return lost
  return isDegraded(attacked, unattacked, span)
    ? { ...NO_CONSEQUENCES, outcome: 'degraded', firstTick: firstDifference(attacked, unattacked) }
    : NO_CONSEQUENCES
}

/** Returns the loss of responses; null if there is none. */
function lossOf(attacked: PathHistory, unattacked: PathHistory, span: Span): Consequences | null {
  const firstTick = firstDifference(attacked, unattacked)
  // The effect can begin some time after the act.
  const effect = { ...span, fromTick: Math.max(span.fromTick, (firstTick ?? 0) - 1) }
  const expected = responsesWithin(unattacked, effect).length
  const completed = responsesWithin(attacked, effect).length
  if (expected > 0 && completed === 0) return outage('outage', attacked, unattacked, effect)
  return isDisrupted(attacked, unattacked) ? outage('disrupted', attacked, unattacked, effect) : null
}

/**
 * Returns a history that counts a server's refusals as responses. A client that is always refused still loses something
 * if the attack prevents the refusal.
 */
function withRefusals(history: PathHistory): PathHistory {
  const refused = history.failures.filter(({ reason }) => REFUSALS.includes(reason))
  return {
    ...history,
    responses: [...history.responses, ...refused],
    failures: history.failures.filter(({ reason }) => !REFUSALS.includes(reason)),
  }
}

/** Returns whether a request or a connection failed that did not fail without the attack. */
function isDisrupted(attacked: PathHistory, unattacked: PathHistory): boolean {
  const hasFailed = attacked.failures.length > unattacked.failures.length || attacked.unfinished > unattacked.unfinished
  return hasFailed || attacked.idleLosses.length > unattacked.idleLosses.length
}

function isDegraded(attacked: PathHistory, unattacked: PathHistory, effect: Span): boolean {
  const [slower, usual] = [attacked, unattacked].map((history) =>
    median(responsesDuring(history, effect).map(({ startTick, endTick }) => endTick - startTick)),
  )
  if (slower === null || usual === null) return false
  return slower >= LEAST_SLOWDOWN * usual && slower - usual >= LEAST_SLOWDOWN_NS
}

function outage(
  outcome: 'outage' | 'disrupted',
  attacked: PathHistory,
  unattacked: PathHistory,
  { fromTick }: Span,
): Consequences {
  const recoveredTick = firstResponseAfter(attacked, fromTick)
  const wasDueTick = firstResponseAfter(unattacked, fromTick) ?? fromTick
  return {
    outcome,
    firstTick: firstDifference(attacked, unattacked),
    outageNs: Math.max(0, (recoveredTick ?? attacked.endTick) - wasDueTick),
    recoveredTick,
  }
}

/**
 * Returns the tick at which the first request ended differently, or ended in one run only; null if there is no
 * difference.
 */
function firstDifference(attacked: PathHistory, unattacked: PathHistory): number | null {
  const ends = ({ responses, failures }: PathHistory) =>
    [
      ...responses.map(({ endTick }) => ({ tick: endTick, how: 'answer' })),
      ...failures.map(({ endTick, reason }) => ({ tick: endTick, how: reason })),
    ].sort((a, b) => a.tick - b.tick || (a.how < b.how ? -1 : 1))
  const [here, there] = [ends(attacked), ends(unattacked)]
  for (let i = 0; i < Math.max(here.length, there.length); i++) {
    if (i >= here.length) return there[i].tick
    if (i >= there.length) return here[i].tick
    if (here[i].tick !== there[i].tick || here[i].how !== there[i].how) return Math.min(here[i].tick, there[i].tick)
  }
  return null
}
