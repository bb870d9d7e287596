import type { FailureReason } from '../../transport/streams/failure.ts'
import type { PathHistory } from './history.ts'
import { sortedTexts } from './sorted-texts.ts'

/** What only a check of keys can find; everything else might be any trouble of the network. */
const SECURITY_REASONS: ReadonlySet<FailureReason> = new Set([
  'certificate refused',
  'client certificate refused',
  'record broken',
  'remote error: bad record MAC',
  'host key refused',
])

/** Reasons for which requests or connections failed oftener than in the twin, by name. */
export function newReasons(attacked: PathHistory, twin: PathHistory): FailureReason[] {
  const reasons = sortedTexts([...new Set(reasonsIn(attacked))])
  return reasons.filter((reason) => countOf(attacked, reason) > countOf(twin, reason))
}

/** `reasons`: those that honest ends had; `isMissed`: an honest client had to do without what it has in the twin. */
export function noticedAs(reasons: readonly FailureReason[], isMissed: boolean): 'none' | 'fault' | 'security' {
  if (reasons.some((reason) => SECURITY_REASONS.has(reason))) return 'security'
  return reasons.length > 0 || isMissed ? 'fault' : 'none'
}

function reasonsIn({ failures, idleLosses }: PathHistory): FailureReason[] {
  return [...failures.map(({ reason }) => reason), ...idleLosses]
}

function countOf(history: PathHistory, reason: FailureReason): number {
  return reasonsIn(history).filter((each) => each === reason).length
}
