import type { ImportCertificate } from '../certificate.ts'
import type { BuildContext } from './context.ts'

/** Returns whether names have one, a first label of `*` included (RFC 6125 section 6.4.3). */
export function hasName(sans: readonly string[], name: string): boolean {
  const wanted = name.toLowerCase()
  return sans.some((san) => {
    const own = san.toLowerCase()
    return own === wanted || (own.startsWith('*.') && wanted.slice(wanted.indexOf('.')) === own.slice(1))
  })
}

/** Returns the usages; a certificate that names none is good for all. */
export function usagesOf({ usages, hasUsages }: ImportCertificate): readonly string[] {
  if (!hasUsages) return ['server', 'client']
  // One that is for neither is refused on both sides; a server refuses what is for clients only.
  return usages.length === 0 ? ['client'] : usages
}

/** The furthest date that a scenario has, in days. */
const FURTHEST_S = 3650 * 86_400

export function datesOf({ notBeforeS, notAfterS }: ImportCertificate, { options }: BuildContext): [string, string][] {
  const { nowS } = options
  if (nowS === undefined) return []
  const from = (seconds: number) => `${Math.max(-FURTHEST_S, Math.min(FURTHEST_S, Math.round(seconds - nowS)))}s`
  return [
    ['notBefore', from(isYetToCome(notBeforeS, nowS) ? notBeforeS : Math.min(notBeforeS, nowS))],
    ['notAfter', from(notAfterS)],
  ]
}

/** Returns whether a time is after the day that begins at `nowS`: a certificate that was made today is valid. */
function isYetToCome(timeS: number, nowS: number): boolean {
  return timeS > nowS + DAY_S
}

const DAY_S = 86_400

/** Lists the reasons why the other side refuses a certificate, as clauses without their subject. */
export function flawsOf(
  certificate: ImportCertificate,
  usage: 'server' | 'client',
  dialled: string | null,
  { options: { nowS } }: BuildContext,
): readonly string[] {
  const { notBeforeS, notAfterS, sans, usages, hasUsages } = certificate
  return [
    ...(nowS !== undefined && notAfterS < nowS ? [`expired ${daysText(nowS - notAfterS)} ago`] : []),
    ...(nowS !== undefined && isYetToCome(notBeforeS, nowS)
      ? [`is not valid for ${daysText(notBeforeS - nowS)} yet`]
      : []),
    ...(hasUsages && !usages.includes(usage) ? [`is not for ${usage} authentication`] : []),
    ...(dialled !== null && !hasName(sans, dialled)
      ? [`is not for ${dialled}, which the apiserver dials, but for ${sans.length === 0 ? 'no name' : sans.join(', ')}`]
      : []),
  ]
}

function daysText(seconds: number): string {
  const days = Math.ceil(seconds / DAY_S)
  return days === 1 ? 'a day' : `${days} days`
}
