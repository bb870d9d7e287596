import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import type { Outcome, SecretResult, VerdictResult } from '../verdict.ts'

/** The outcomes of an attack that had no chance to affect its path. */
const EMPTY: readonly Outcome[] = ['not-tried', 'unreachable', 'not-applicable']

const REASONS: Readonly<Partial<Record<Outcome, string>>> = {
  'not-tried': 'was not tried',
  unreachable: 'is unreachable: the attacker can neither observe the path nor send to it',
  'not-applicable': 'is not applicable: this configuration has no such path, or nothing there that it needs',
}

/**
 * Returns whether an outcome means that the attack had no chance to affect its path. Nothing else follows from such a
 * verdict.
 */
export function isEmptyOutcome(outcome: Outcome): boolean {
  return EMPTY.includes(outcome)
}

/** The properties of a verdict that decide whether it shows anything. */
export type Shown = Pick<VerdictResult, 'technique' | 'path' | 'worst'>

/**
 * Returns why a check of these verdicts would test nothing; null if at least one attack could have an effect. Each
 * reason is named once, with the first verdict that has it.
 *
 * @param undelivered the paths on which no request reached its server, even without the attackers; a technique that
 * acts on the traffic of others shows nothing there
 */
export function whyNothingShown(about: readonly Shown[], undelivered: readonly string[] = []): string | null {
  if (about.length === 0) return 'there is no such verdict'
  const reasons = new Map<string, string>()
  for (const { technique, path, worst } of about) {
    const isIdle = actsOnTraffic(technique) && undelivered.includes(path)
    if (!isEmptyOutcome(worst) && !isIdle) return null
    const reason = isEmptyOutcome(worst)
      ? (REASONS[worst] ?? worst)
      : 'found no request that got through, and without the attackers none does'
    if (!reasons.has(reason)) reasons.set(reason, `${technique} on ${path} ${reason}`)
  }
  return `nothing was tested: ${[...reasons.values()].join('; ')}`
}

/** Returns whether a technique acts on packets of others, rather than only by requests of its own. */
function actsOnTraffic(technique: VerdictResult['technique']): boolean {
  return USED_TECHNIQUES[technique].needs.length > 0
}

/**
 * Returns why a check of what others own would test nothing (every verdict is about the attacker's own); else null.
 */
export function whyNothingOfOthers(
  about: readonly Pick<VerdictResult, 'technique' | 'path' | 'scope'>[],
): string | null {
  if (about.some(({ scope }) => scope === 'other')) return null
  const subjects = [...new Set(about.map(({ technique, path }) => `${technique} on ${path}`))]
  return `nothing of others was tested: ${subjects.join(', ')} was only about what the attacker owns (scope own)`
}

/** The part of a result that is about attackers and secrets. */
export interface Exposed {
  readonly verdicts: readonly VerdictResult[]
  readonly secrets?: readonly SecretResult[]
}

/**
 * Returns why it proves nothing that an attacker did not learn a secret; null if an attacker could have learned it.
 * `attacker` is null for any attacker.
 */
export function whyNotExposed(
  name: string,
  attacker: string | null,
  { verdicts, secrets = [] }: Exposed,
): string | null {
  const named = secrets.filter((secret) => secret.name === name)
  if (verdicts.length === 0) return 'nothing was tested: there is no attacker'
  if (named.length === 0) return `no workload carries ${name}, and no token or key has that name`
  const about = verdicts.filter((verdict) => attacker === null || verdict.attacker === attacker)
  if (about.length === 0) return `no attacker is named ${attacker}; the attackers are ${attackersOf(verdicts)}`
  const nothing = whyNothingShown(about)
  if (nothing !== null) return nothing
  if (named.some(({ carriedOn }) => carriedOn === null)) return null
  if (named.every(({ sent }) => sent === 0)) return `nothing was tested: no request that carries ${name} was sent`
  if (named.every(({ undelivered }) => undelivered === true))
    return `nothing was tested: no request that carries ${name} got through, and without the attackers none does`
  const paths = [...new Set(named.flatMap(({ carriedOn }) => carriedOn ?? []))]
  return about.some(({ path, worst }) => paths.includes(path) && !isEmptyOutcome(worst))
    ? null
    : `nothing was tested: ${name} is carried on ${paths.join(', ')}, and the attack concerns ${pathsOf(about)}`
}

function attackersOf(verdicts: readonly VerdictResult[]): string {
  return [...new Set(verdicts.map(({ attacker }) => attacker))].join(', ')
}

function pathsOf(verdicts: readonly VerdictResult[]): string {
  return [...new Set(verdicts.map(({ path }) => path))].join(', ')
}
