import { rfc3339 } from '../../packets/encode/epoch.ts'
import type { ParsedCertificate, Refused } from '../../security/x509/parsed-certificate.ts'
import { verifyChain } from '../../security/x509/verify-chain.ts'
import type { ImportCertificate } from '../certificate.ts'
import type { BuildContext } from './context.ts'

/** A file with a certificate that a program presents: the certificate, and those of CAs after it. */
export type PresentedFile = readonly [ImportCertificate, ...ImportCertificate[]]

/** Returns a file as what a program presents; undefined for one without certificates. */
export function presented(file: readonly ImportCertificate[]): PresentedFile | undefined {
  const [first, ...others] = file
  return first === undefined ? undefined : [first, ...others]
}

export interface Demand {
  readonly usage: 'server' | 'client'
  /** The name that is dialled; null for any. */
  readonly name: string | null
}

/**
 * Returns what Go says about a presented certificate; null if it accepts it. Key identifiers stand for signatures. Without
 * a known day, dates are not judged.
 *
 * @param roots the CAs of the verifier; empty where nobody gave them, so that only the certificate itself is judged
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

/** A certificate that was made on the day itself is valid, since `nowS` is the beginning of the day. */
function datedAt(certificate: ParsedCertificate, nowS: number | undefined): ParsedCertificate {
  if (nowS === undefined) return { ...certificate, notBeforeS: 0, notAfterS: 0 }
  const { notBeforeS } = certificate
  return { ...certificate, notBeforeS: isYetToCome(notBeforeS, nowS) ? notBeforeS : Math.min(notBeforeS, nowS) }
}

function isYetToCome(timeS: number, nowS: number): boolean {
  return timeS > nowS + DAY_S
}

const DAY_S = 86_400

/** Returns the usages that a scenario can have; a certificate that names none is good for all. */
export function usagesOf({ parsed: { usages } }: ImportCertificate): readonly ('server' | 'client')[] {
  const both = ['server', 'client'] as const
  if (usages.length === 0 || usages.includes('any')) return both
  const own = both.filter((usage) => usages.includes(usage))
  // One that is for neither is refused on both sides; a server refuses what is for clients only.
  return own.length === 0 ? ['client'] : own
}

/** The furthest date that a scenario has, in days. */
const FURTHEST_S = 3650 * 86_400

/** Returns the dates of a certificate as a scenario has them; none where the day is not known. */
export function datesOf({ parsed }: ImportCertificate, { options: { nowS } }: BuildContext): [string, string][] {
  if (nowS === undefined) return []
  const { notBeforeS, notAfterS } = datedAt(parsed, nowS)
  const from = (seconds: number) => `${Math.max(-FURTHEST_S, Math.min(FURTHEST_S, Math.round(seconds - nowS)))}s`
  return [
    ['notBefore', from(notBeforeS)],
    ['notAfter', from(notAfterS)],
  ]
}
