import { rfc3339 } from '../../packets/encode/epoch.ts'
import type { ParsedCertificate, Refused } from '../../security/x509/parsed-certificate.ts'
import { verifyChain } from '../../security/x509/verify-chain.ts'
import type { ImportCertificate } from '../certificate.ts'
import type { BuildContext } from './context.ts'

/** A file that a program presents: its certificate, followed by certificates of CAs. */
export type PresentedFile = readonly [ImportCertificate, ...ImportCertificate[]]

/** Returns a file in the form that a program presents; undefined if it has no certificates. */
export function presented(file: readonly ImportCertificate[]): PresentedFile | undefined {
  const [first, ...others] = file
  return first === undefined ? undefined : [first, ...others]
}

export interface Demand {
  readonly usage: 'server' | 'client'
  /** The dialled name; null for any. */
  readonly name: string | null
}

/**
 * Returns Go's error about a presented certificate; null if Go accepts it. Key identifiers are compared in place of
 * signatures. If the day is not known, dates are not judged.
 *
 * @param roots the verifier's CAs; empty if they were not imported, so that only the certificate itself is judged
 */
export function goVerdict(
  [leaf, ...others]: PresentedFile,
  roots: readonly ImportCertificate[],
  { usage, name }: Demand,
  { options: { nowS } }: BuildContext,
): Refused | null {
  const dated = ({ parsed }: ImportCertificate) => datedAt(parsed, nowS)
  return verifyChain(dated(leaf), {
    roots: (roots.length === 0 ? [leaf] : roots).map(dated),
    intermediates: others.map(dated),
    expectedName: name,
    usages: [usage],
    nowS: nowS ?? 0,
    timeText: rfc3339,
  })
}

/**
 * Returns the certificate with adjusted dates. `nowS` is the start of the day, so a certificate issued on that day
 * counts as valid.
 */
function datedAt(certificate: ParsedCertificate, nowS: number | undefined): ParsedCertificate {
  if (nowS === undefined) return { ...certificate, notBeforeS: 0, notAfterS: 0 }
  const { notBeforeS } = certificate
  return { ...certificate, notBeforeS: isYetToCome(notBeforeS, nowS) ? notBeforeS : Math.min(notBeforeS, nowS) }
}

function isYetToCome(timeS: number, nowS: number): boolean {
  return timeS > nowS + DAY_S
}

const DAY_S = 86_400

/** Returns the usages in the form of a scenario. A certificate without usages is valid for all. */
export function usagesOf({ parsed: { usages } }: ImportCertificate): readonly ('server' | 'client')[] {
  const both = ['server', 'client'] as const
  if (usages.length === 0 || usages.includes('any')) return both
  const own = both.filter((usage) => usages.includes(usage))
  // A certificate for neither usage is refused by both sides. It is written as `client`, which servers may not use.
  return own.length === 0 ? ['client'] : own
}

/** The furthest date in a scenario from the start, in seconds. */
const FURTHEST_S = 3650 * 86_400

/** Returns the dates of a certificate in the form of a scenario; none if the day is not known. */
export function datesOf({ parsed }: ImportCertificate, { options: { nowS } }: BuildContext): [string, string][] {
  if (nowS === undefined) return []
  const { notBeforeS, notAfterS } = datedAt(parsed, nowS)
  const from = (seconds: number) => `${Math.max(-FURTHEST_S, Math.min(FURTHEST_S, Math.round(seconds - nowS)))}s`
  return [
    ['notBefore', from(notBeforeS)],
    ['notAfter', from(notAfterS)],
  ]
}
