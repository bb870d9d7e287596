import { isLearned } from '../measure/learned.ts'
import type { Result } from '../measure/result.ts'
import type { Outcome, VerdictResult } from '../measure/verdict.ts'

/** As Vitest and Jest take them. */
export interface Matched {
  readonly pass: boolean
  readonly message: () => string
}

/** VerdictFilter verdicts a matcher is about; what is left out: all. */
export interface VerdictFilter {
  readonly path?: string
  readonly attacker?: string
  readonly victim?: string
}

export interface ResistOptions extends VerdictFilter {
  /** What must not come out. Default: what takes or changes something; an attacker in the way can always deny. */
  readonly outcomes?: readonly Outcome[]
}

const GAINS: readonly Outcome[] = ['privilege', 'credential', 'relayed', 'impersonated', 'modified', 'read']

/**
 * A technique brought its attacker nothing of others (scope `other`).
 * @throws where there is no verdict about it, so that `not` fails there too
 */
export function toResist(
  result: Result,
  technique: string,
  { outcomes = GAINS, ...filter }: ResistOptions = {},
): Matched {
  const about = result.verdicts.filter((verdict) => verdict.technique === technique && isAbout(verdict, filter))
  const broken = about.filter(
    ({ scope, outcomes: found }) => scope === 'other' && found.some((one) => outcomes.includes(one)),
  )
  if (about.length === 0)
    throw new Error(
      `there is no verdict on ${technique}${describeFilter(filter)}; there are: ${namesOf(result)}${again(result)}`,
    )
  return {
    pass: broken.length === 0,
    message: () =>
      broken.length === 0
        ? `${technique} brought nothing:\n${about.map(describe).join('\n')}${again(result)}`
        : `${technique} was not resisted:\n${broken.map(describe).join('\n')}${again(result)}`,
  }
}

/** Some attacker learned a secret that a workload carries, a token or a key, by name. */
export function toLeak(result: Result, secret: string, { attacker }: Pick<VerdictFilter, 'attacker'> = {}): Matched {
  const learned = result.knowledge.filter(
    (known) => isLearned(known, secret) && (attacker === undefined || known.attacker === attacker),
  )
  const lines = learned.map(
    ({ attacker: who, atNs, link, packet }) => `  ${who} at ${atNs} ns${packetText(link, packet)}`,
  )
  return {
    pass: learned.length > 0,
    message: () =>
      learned.length > 0
        ? `${secret} leaked to\n${lines.join('\n')}${again(result)}`
        : `${secret} did not leak; what did: ${result.knowledge.map((known) => known.learned).join(', ') || 'nothing'}${again(result)}`,
  }
}

/** The run's digest, or the first 8 digits of it and more. */
export function toHaveDigest(result: Result, digest: string): Matched {
  const isDigest = /^[0-9a-f]{8,16}$/.test(digest)
  return {
    pass: isDigest && result.digest.startsWith(digest),
    message: () =>
      isDigest
        ? `the digest is ${result.digest}${again(result)}`
        : `${digest} is no digest: 8 to 16 hexadecimal digits`,
  }
}

function isAbout(verdict: VerdictResult, { path, attacker, victim }: VerdictFilter): boolean {
  if (path !== undefined && verdict.path !== path) return false
  return (
    (attacker === undefined || verdict.attacker === attacker) && (victim === undefined || verdict.victim === victim)
  )
}

function describeFilter({ path, attacker, victim }: VerdictFilter): string {
  const parts = [
    ...(path === undefined ? [] : [` on ${path}`]),
    ...(attacker === undefined ? [] : [` by ${attacker}`]),
    ...(victim === undefined ? [] : [` against ${victim}`]),
  ]
  return parts.join('')
}

function namesOf({ verdicts }: Result): string {
  return verdicts.map(({ technique, path, attacker }) => `${technique} on ${path} by ${attacker}`).join(', ') || 'none'
}

function describe({ attacker, vantage, path, victim, outcomes, exposure, noticed, evidence }: VerdictResult): string {
  const head = `  ${attacker} (${vantage}) on ${path} against ${victim}: ${outcomes.join(', ')}; ${exposure.messages} of ${exposure.of} messages; noticed: ${noticed}`
  const shown = evidence.map(
    ({ atNs, link, packet, shows, what }) => `    ${shows}: ${what}, at ${atNs} ns${packetText(link, packet)}`,
  )
  return [head, ...shown].join('\n')
}

function packetText(link: string | null, packet: number | null): string {
  return link === null ? '' : `, packet ${packet} on ${link}`
}

/** What `runScenario` has noted. */
function again(result: Result & { readonly reproduce?: string }): string {
  return result.reproduce === undefined ? '' : `\nagain: ${result.reproduce}`
}
