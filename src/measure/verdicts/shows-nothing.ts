import type { Outcome, SecretResult, VerdictResult } from '../verdict.ts'

/** The outcomes of an attack that could not do anything to its path. */
const EMPTY: readonly Outcome[] = ['not-tried', 'unreachable', 'not-applicable']

const REASONS: Readonly<Partial<Record<Outcome, string>>> = {
  'not-tried': 'was not tried',
  unreachable: 'is unreachable: the attacker can neither observe the path nor send to it',
  'not-applicable': 'is not applicable: this configuration has no such path, or nothing there that it needs',
}

/** Returns whether an outcome says that the attack could not do anything, so that nothing else follows from it. */
export function isEmptyOutcome(outcome: Outcome): boolean {
  return EMPTY.includes(outcome)
}

/**
 * Returns why a check of these verdicts would look at nothing; null if at least one attack could do something. Each
 * reason is named once, with the first verdict that has it.
 */
export function whyNothingShown(about: readonly Pick<VerdictResult, 'technique' | 'path' | 'worst'>[]): string | null {
  if (about.length === 0) return 'there is no such verdict'
  if (about.some(({ worst }) => !isEmptyOutcome(worst))) return null
  const reasons = new Map<Outcome, string>()
  for (const { technique, path, worst } of about)
    if (!reasons.has(worst)) reasons.set(worst, `${technique} on ${path} ${REASONS[worst] ?? worst}`)
  return `nothing was tested: ${[...reasons.values()].join('; ')}`
}

/** The part of a result that is about attackers and secrets. */
export interface Exposed {
  readonly verdicts: readonly VerdictResult[]
  readonly secrets?: readonly SecretResult[]
}

/**
 * Returns why it says nothing that an attacker did not learn a secret; null if one could have learned it. `attacker` is
 * null for any attacker.
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
