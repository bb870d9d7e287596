import { NS_PER_MS } from '../../engine/ticks.ts'
import { median } from '../order-statistics.ts'
import { answersDuring, answersWithin, firstAnswerAfter, type PathHistory, type Span } from './history.ts'

/** How much worse a path fared than in the twin, which nobody attacked. */
export interface Consequences {
  readonly outcome: 'denied' | 'disrupted' | 'degraded' | null
  /** When it first showed; null: it never did. */
  readonly firstTick: number | null
  /** How much later than in the twin something completed again. */
  readonly outageNs: number
  readonly recoveredTick: number | null
}

const NOTHING: Consequences = { outcome: null, firstTick: null, outageNs: 0, recoveredTick: null }

/** `degraded` (docs/design.md#outcomes): p50 at least 10 % and 1 ms slower than the twin. */
const LEAST_SLOWDOWN = 1.1
const LEAST_SLOWDOWN_NS = NS_PER_MS

/** `span`: from the attacker's first act to the end of the step; both runs are the same before it. */
export function consequencesOf(attacked: PathHistory, twin: PathHistory, span: Span): Consequences {
  const firstTick = firstDifference(attacked, twin)
  // What it does may show some time after it is done.
  const effect = { ...span, fromTick: Math.max(span.fromTick, (firstTick ?? 0) - 1) }
  const expected = answersWithin(twin, effect).length
  const completed = answersWithin(attacked, effect).length
  if (expected > 0 && completed === 0) return outage('denied', attacked, twin, effect)
  if (isDisrupted(attacked, twin)) return outage('disrupted', attacked, twin, effect)
  return isDegraded(attacked, twin, span) ? { ...NOTHING, outcome: 'degraded', firstTick } : NOTHING
}

/** A request or a connection failed that did not in the twin. */
function isDisrupted(attacked: PathHistory, twin: PathHistory): boolean {
  const hasFailed = attacked.failures.length > twin.failures.length || attacked.unfinished > twin.unfinished
  return hasFailed || attacked.idleLosses.length > twin.idleLosses.length
}

function isDegraded(attacked: PathHistory, twin: PathHistory, effect: Span): boolean {
  const [slower, usual] = [attacked, twin].map((history) =>
    median(answersDuring(history, effect).map(({ startTick, endTick }) => endTick - startTick)),
  )
  if (slower === null || usual === null) return false
  return slower >= LEAST_SLOWDOWN * usual && slower - usual >= LEAST_SLOWDOWN_NS
}

function outage(
  outcome: 'denied' | 'disrupted',
  attacked: PathHistory,
  twin: PathHistory,
  { fromTick }: Span,
): Consequences {
  const recoveredTick = firstAnswerAfter(attacked, fromTick)
  const wasDueTick = firstAnswerAfter(twin, fromTick) ?? fromTick
  return {
    outcome,
    firstTick: firstDifference(attacked, twin),
    outageNs: Math.max(0, (recoveredTick ?? Math.max(attacked.endTick, twin.endTick)) - wasDueTick),
    recoveredTick,
  }
}

/** When the first request came to another end than in the twin, or to none when it did there. */
function firstDifference(attacked: PathHistory, twin: PathHistory): number | null {
  const ends = ({ answers, failures }: PathHistory) =>
    [
      ...answers.map(({ endTick }) => ({ tick: endTick, how: 'answer' })),
      ...failures.map(({ endTick, reason }) => ({ tick: endTick, how: reason })),
    ].sort((a, b) => a.tick - b.tick || (a.how < b.how ? -1 : 1))
  const [here, there] = [ends(attacked), ends(twin)]
  for (let i = 0; i < Math.max(here.length, there.length); i++) {
    if (i >= here.length) return there[i].tick
    if (i >= there.length) return here[i].tick
    if (here[i].tick !== there[i].tick || here[i].how !== there[i].how) return Math.min(here[i].tick, there[i].tick)
  }
  return null
}
