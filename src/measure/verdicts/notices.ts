import type { FailureReason } from '../../transport/streams/failure.ts'
import { type PathHistory, pairedHistories } from './history.ts'
import { sortedTexts } from './sorted-texts.ts'

/** Failures that only a check of keys or certificates can cause. Any other failure could be a network fault. */
const SECURITY_REASONS: ReadonlySet<FailureReason> = new Set([
  'certificate refused',
  'x509: certificate signed by unknown authority',
  'x509: certificate is not valid for this name',
  'x509: certificate has expired or is not yet valid',
  'x509: certificate specifies an incompatible key usage',
  'x509: a root or intermediate certificate is not authorized to sign for this name',
  'x509: too many intermediates for path length constraint',
  'client certificate refused',
  'record broken',
  'remote error: bad record MAC',
  'host key refused',
])

/**
 * Returns the reasons, sorted by name, for which requests or connections failed more often than without the attack.
 */
export function newReasons(attackedRun: PathHistory, unattackedRun: PathHistory): FailureReason[] {
  const [attacked, unattacked] = pairedHistories(attackedRun, unattackedRun)
  const reasons = sortedTexts([...new Set(reasonsIn(attacked))])
  return reasons.filter((reason) => countOf(attacked, reason) > countOf(unattacked, reason))
}

/**
 * Returns how honest ends noticed an attack. `reasons` are the reasons of their failures. `isMissed`: an honest client
 * lacks a response that it has without the attack.
 */
export function noticeLevel(reasons: readonly FailureReason[], isMissed: boolean): 'none' | 'fault' | 'security' {
  if (reasons.some((reason) => SECURITY_REASONS.has(reason))) return 'security'
  return reasons.length > 0 || isMissed ? 'fault' : 'none'
}

function reasonsIn({ failures, idleLosses }: PathHistory): FailureReason[] {
  return [...failures.map(({ reason }) => reason), ...idleLosses]
}

function countOf(history: PathHistory, reason: FailureReason): number {
  return reasonsIn(history).filter((each) => each === reason).length
}
