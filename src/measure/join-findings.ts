import type { Finding } from './check.ts'
import type { Outcome } from './verdict.ts'

/** A finding before its causes and commands are added. */
export type Judged = Omit<Finding, 'reproduce' | 'look' | 'causes'>

/** The outcomes that servers grant by their responses, independent of the messages of others on the path. */
const GRANTED: readonly Outcome[] = ['privilege', 'credential']

/**
 * Joins the findings of one attacker to whom the same servers granted the same. Several paths can lead to one
 * apiserver, and a permission there is one finding. The first finding stands for all and lists all paths and victims.
 */
export function joinFindings(findings: readonly Judged[]): readonly Judged[] {
  const byGrant = new Map<Judged | string, Judged>()
  for (const one of findings) {
    const key = isGranted(one) ? grantOf(one) : one
    const first = byGrant.get(key)
    byGrant.set(key, first === undefined ? one : joined(first, one))
  }
  return [...byGrant.values()]
}

/** Returns whether servers granted everything that is forbidden, and no message of the path was read or forged. */
function isGranted({ forbidden, verdict: { requests, exposure } }: Judged): boolean {
  return requests.length > 0 && exposure.messages === 0 && forbidden.every((outcome) => GRANTED.includes(outcome))
}

/** Returns a key that is equal for findings that differ only in paths, victims, times and counts. */
function grantOf({ attack, place, on, forbidden, isAccepted, isAssumed, verdict }: Judged): string {
  const { attacker, vantage, technique, scope, outcomes, secrets, noticed } = verdict
  const requests = verdict.requests.map(({ times: _, ...request }) => request)
  const privileges = verdict.privileges.map(({ untilNs, ...privilege }) => [privilege, untilNs === null])
  const credentials = verdict.credentials.map(({ validUntilNs, ...credential }) => [credential, validUntilNs === null])
  return JSON.stringify([
    [attack, place ?? attacker, on, vantage, technique, scope],
    [outcomes, forbidden, isAccepted, isAssumed, secrets, noticed],
    ...[requests, privileges, credentials].map(distinct),
  ])
}

/** Returns the distinct values of a list as sorted JSON texts. */
function distinct(list: readonly unknown[]): readonly string[] {
  return [...new Set(list.map((each) => JSON.stringify(each)))].sort((a, b) => (a < b ? -1 : 1))
}

function joined(first: Judged, other: Judged): Judged {
  return {
    ...first,
    paths: union(first.paths, other.paths),
    victims: union(first.victims, other.victims),
    rules: union(first.rules, other.rules),
    accepted: union(first.accepted, other.accepted),
    expired: union(first.expired, other.expired),
  }
}

function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Set([...a, ...b])]
}
