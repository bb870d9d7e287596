import { USED_TECHNIQUES, type UsedTechnique } from '../attack/techniques.ts'
import { namesOf } from '../engine/registry.ts'
import { isLearned } from '../measure/learned.ts'
import type { Result } from '../measure/result.ts'
import { OUTCOMES, type Outcome, type VerdictResult } from '../measure/verdict.ts'
import { whyNotExposed, whyNothingOfOthers, whyNothingShown } from '../measure/verdicts/shows-nothing.ts'
import { describeUntried, isUntried } from '../measure/verdicts/untried.ts'
import { visible } from '../scenario/problems/visible.ts'
import { checkShape, listOf, TEXT } from '../simulation/given/check-given.ts'
import { mustBeAmong } from './must-be.ts'

/** The result of a matcher, as Vitest and Jest expect it. */
export interface Matched {
  readonly pass: boolean
  readonly message: () => string
}

/** Selects the verdicts to which a matcher applies; a key that is absent matches all. */
export interface VerdictFilter {
  readonly path?: string
  readonly attacker?: string
  readonly victim?: string
}

/** Options of `toResist`: the verdicts that are looked at, and the outcomes that fail the test. */
export interface ResistOptions extends VerdictFilter {
  /**
   * The outcomes that must not occur. Default: those in which the attacker gains or changes something, but not `outage`,
   * since an inline attacker can always drop packets.
   */
  readonly outcomes?: readonly Outcome[]
}

const GAINS: readonly Outcome[] = ['privilege', 'credential', 'relayed', 'impersonated', 'modified', 'read']

/**
 * Checks that a technique gained the attacker nothing that belongs to others (scope `other`).
 * @throws when nothing was tested, so that `not` fails too: there is no such technique, outcome or verdict, a step was
 * not tried, every verdict is `unreachable` or `not-applicable`, no request got through on the path, or all is the
 * attacker's own
 */
export function toResist(result: Result, technique: UsedTechnique, options: ResistOptions = {}): Matched {
  checkShape('option of toResist', options, {
    path: TEXT,
    attacker: TEXT,
    victim: TEXT,
    outcomes: listOf(TEXT, 'outcomes'),
  })
  const { outcomes = GAINS, ...filter } = options
  mustBeAmong([technique], namesOf(USED_TECHNIQUES), 'technique')
  mustBeAmong(outcomes, OUTCOMES, 'outcome')
  if (outcomes.length === 0) throw new Error('toResist needs at least one outcome')
  const about = result.verdicts.filter((verdict) => verdict.technique === technique && isAbout(verdict, filter))
  const broken = about.filter(
    ({ scope, outcomes: found }) => scope === 'other' && found.some((one) => outcomes.includes(one)),
  )
  if (about.length === 0)
    throw new Error(
      `there is no verdict on ${technique}${describeFilter(filter)}; the verdicts are: ${verdictNames(result)}${reproduceText(result)}`,
    )
  if (broken.length === 0) throwIfUntried(about.filter(isUntried), result)
  if (broken.length === 0) throwIf(whyNothingShown(about, result.undeliveredPaths) ?? whyNothingOfOthers(about), result)
  return {
    pass: broken.length === 0,
    message: () =>
      broken.length === 0
        ? `${technique} gained nothing:\n${about.map(describe).join('\n')}${reproduceText(result)}`
        : `${technique} succeeded:\n${broken.map(describe).join('\n')}${reproduceText(result)}`,
  }
}

/**
 * Checks that an attacker learned a secret: one that a workload carries, a token or a key, by its name.
 * @throws when nobody learned it and nothing was tested, so that `not` fails too: there is no such secret or attacker, no
 * request that carried it got through, a step was not tried, or no attack could do anything to a path that carries it
 */
export function toLeak(result: Result, secret: string, options: Pick<VerdictFilter, 'attacker'> = {}): Matched {
  checkShape('option of toLeak', options, { attacker: TEXT })
  const { attacker } = options
  const learned = result.knowledge.filter(
    (known) => isLearned(known, secret) && (attacker === undefined || known.attacker === attacker),
  )
  const lines = learned.map(
    ({ attacker: who, atNs, link, packet }) => `  ${who} at ${atNs} ns${packetText(link, packet)}`,
  )
  const untried = result.verdicts.filter(
    (verdict) => (attacker === undefined || verdict.attacker === attacker) && isUntried(verdict),
  )
  if (learned.length === 0) throwIfUntried(untried, result)
  if (learned.length === 0) throwIf(whyNotExposed(secret, attacker ?? null, result), result)
  return {
    pass: learned.length > 0,
    message: () =>
      learned.length > 0
        ? `${secret} leaked to\n${lines.join('\n')}${reproduceText(result)}`
        : `${secret} did not leak; the attackers learned: ${result.knowledge.map((known) => known.learned).join(', ') || 'nothing'}${reproduceText(result)}`,
  }
}

/**
 * Checks the digest of the run, or a prefix of at least 8 digits.
 * @throws when the text is no digest, so that `not` fails too
 */
export function toHaveDigest(result: Result, digest: string): Matched {
  if (!/^[0-9a-f]{8,16}$/.test(digest))
    throw new Error(`${digest} is not a digest; a digest has 8 to 16 hexadecimal digits in lower case`)
  return {
    pass: result.digest.startsWith(digest),
    message: () => `the digest is ${result.digest}${reproduceText(result)}`,
  }
}

function throwIf(nothing: string | null, result: Result): void {
  if (nothing !== null) throw new Error(`${nothing}${reproduceText(result)}`)
}

function throwIfUntried(untried: readonly VerdictResult[], result: Result): void {
  if (untried.length > 0) throw new Error(`${describeUntried(untried).join('\n')}${reproduceText(result)}`)
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

function verdictNames({ verdicts }: Result): string {
  return verdicts.map(({ technique, path, attacker }) => `${technique} on ${path} by ${attacker}`).join(', ') || 'none'
}

function describe({ attacker, vantage, path, victim, outcomes, exposure, noticed, evidence }: VerdictResult): string {
  const head = `  ${attacker} (${vantage}) on ${path} against ${victim}: ${outcomes.join(', ')}; ${exposure.messages} of ${exposure.of} messages; noticed: ${noticed}`
  const shown = evidence.map(
    ({ atNs, link, packet, shows, what }) => `    ${shows}: ${what}, at ${atNs} ns${packetText(link, packet)}`,
  )
  return [head, ...shown].map(visible).join('\n')
}

function packetText(link: string | null, packet: number | null): string {
  return link === null ? '' : `, packet ${packet} on ${link}`
}

/** Returns the command that reproduces the run, which `runScenario` adds to the result. */
function reproduceText(result: Result & { readonly reproduce?: string }): string {
  return result.reproduce === undefined ? '' : `\nreproduce: ${result.reproduce}`
}
