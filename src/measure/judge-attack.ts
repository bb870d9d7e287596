import { isWithin } from './comparison.ts'
import type { AttackExpectation, NeverExpectation, SecretExpectation, VerdictExpectation } from './expectation.ts'
import { isLearned } from './learned.ts'
import type { Judgement, Result } from './result.ts'
import type { Outcome, VerdictResult } from './verdict.ts'
import { inOrder, isWorse } from './verdicts/outcomes.ts'
import { isEmptyOutcome, whyNotExposed, whyNothingOfOthers, whyNothingShown } from './verdicts/shows-nothing.ts'
import { describeUntried, isUntried } from './verdicts/untried.ts'

/**
 * Judges an expectation of what attackers achieve, by verdicts and by what attackers learned. An expectation is not met
 * if nothing was tested: a step was not tried, no attack could affect the path, no request got through on it,
 * everything belonged to the attacker, or no message carries the secret.
 */
export function judgeAttack(
  expectation: AttackExpectation,
  measured: Pick<Result, 'verdicts' | 'knowledge' | 'secrets' | 'undeliveredPaths'>,
): Judgement {
  const { verdicts, knowledge } = measured
  if (expectation.kind === 'secret') {
    const { attacker, secret } = expectation
    const all = verdicts.filter((verdict) => attacker === null || verdict.attacker === attacker)
    return unless(ifTried(judgeSecret(expectation, knowledge), all), whyNotExposed(secret, attacker, measured))
  }
  const about = verdictsAbout(verdicts, expectation)
  const nothing = whyNothingShown(about, showsByItself(expectation) ? [] : measured.undeliveredPaths)
  if (expectation.kind === 'never') {
    const judgement = unless(ifTried(judgeNever(expectation, verdicts), about), nothing)
    return unless(judgement, whyNothingOfOthers(about))
  }
  if (about.length === 0) return { met: false, measured: 'there is no such verdict' }
  const judgement = judgeVerdicts(expectation, about)
  if (asksForEmpty(expectation)) return ifTried(judgement, about)
  return unless(isAboutSuccess(expectation) ? judgement : ifTried(judgement, about), nothing)
}

/** Returns whether an expectation asks that the attack has no chance: `verdict(A, P) is unreachable`. */
function asksForEmpty(expectation: VerdictExpectation): boolean {
  return expectation.kind === 'verdict' && expectation.mode !== 'excludes' && isEmptyOutcome(expectation.outcome)
}

/** Returns the judgement, changed to not met if `nothing` says why nothing was tested. */
function unless(judgement: Judgement, nothing: string | null): Judgement {
  return judgement.met && nothing !== null ? { met: false, measured: nothing } : judgement
}

/** Returns whether an expectation asks for an effect. Where it is met, the effect shows that something was tested. */
function showsByItself(expectation: NeverExpectation | VerdictExpectation): boolean {
  if (expectation.kind === 'noticed') return expectation.noticed !== 'none'
  return expectation.kind === 'verdict' && expectation.mode !== 'excludes' && isWorse(expectation.outcome, 'metadata')
}

/**
 * Returns whether an expectation asks for an outcome that a single step can show. Steps that were not tried do not
 * matter to it.
 */
function isAboutSuccess(expectation: VerdictExpectation): boolean {
  return expectation.kind === 'verdict' && expectation.mode === 'includes' && expectation.outcome !== 'not-tried'
}

/** Returns the judgement, changed to not met if one of these verdicts is about a step that was not tried. */
function ifTried(judgement: Judgement, about: readonly VerdictResult[]): Judgement {
  const untried = about.filter(isUntried)
  return !judgement.met || untried.length === 0
    ? judgement
    : { met: false, measured: describeUntried(untried).join('; ') }
}

/** Returns the verdicts of an attacker, filtered by path and technique unless these are null. */
export function verdictsAbout(
  verdicts: readonly VerdictResult[],
  {
    attacker,
    path,
    technique = null,
  }: { readonly attacker: string; readonly path: string | null; readonly technique?: string | null },
): VerdictResult[] {
  return verdicts.filter(
    (verdict) =>
      verdict.attacker === attacker &&
      (path === null || verdict.path === path) &&
      (technique === null || verdict.technique === technique),
  )
}

function judgeSecret({ secret, attacker }: SecretExpectation, knowledge: Result['knowledge']): Judgement {
  const learned = knowledge.find(
    (known) => isLearned(known, secret) && (attacker === null || known.attacker === attacker),
  )
  if (learned === undefined) return { met: true, measured: 'secret' }
  const where = learned.link === null ? '' : ` from packet ${learned.packet} on ${learned.link}`
  return { met: false, measured: `${learned.attacker} learned it at ${learned.atNs} ns${where}` }
}

function judgeNever(expectation: NeverExpectation, verdicts: readonly VerdictResult[]): Judgement {
  const found = violating(verdicts, expectation)
  if (found.length === 0) return { met: true, measured: 'never' }
  return { met: false, measured: found.map((verdict) => describe(verdict, expectation.outcomes)).join('; ') }
}

/**
 * Returns the verdicts that break a `never`. Verdicts about what belonged to the attacker from the start do not count.
 */
export function violating(
  verdicts: readonly VerdictResult[],
  { outcomes, attacker, path }: NeverExpectation,
): VerdictResult[] {
  return verdictsAbout(verdicts, { attacker, path }).filter(
    (verdict) => verdict.scope === 'other' && verdict.outcomes.some((outcome) => outcomes.includes(outcome)),
  )
}

/** Describes the forbidden outcomes of a verdict and the first evidence for them. */
function describe({ technique, path, victim, outcomes, evidence }: VerdictResult, wanted: readonly Outcome[]): string {
  const broken = outcomes.filter((outcome) => wanted.includes(outcome))
  const shown = evidence.find(({ shows }) => broken.includes(shows))
  const where = shown?.link == null ? '' : ` (packet ${shown.packet} on ${shown.link} at ${shown.atNs} ns)`
  const at = shown !== undefined && shown.link === null ? ` (${shown.what}, at ${shown.atNs} ns)` : where
  return `${broken.join(', ')} by ${technique} on ${path}, ${victim}${at}`
}

function judgeVerdicts(expectation: VerdictExpectation, about: readonly VerdictResult[]): Judgement {
  switch (expectation.kind) {
    case 'verdict': {
      const { mode, outcome } = expectation
      const outcomes = inOrder(about.flatMap((verdict) => verdict.outcomes))
      const met = mode === 'is' ? outcomes[0] === outcome : outcomes.includes(outcome) === (mode === 'includes')
      return { met, measured: outcomes.join(', ') }
    }
    case 'exposure': {
      const messages = about.reduce((sum, { exposure }) => sum + exposure.messages, 0)
      const of = about.reduce((sum, { exposure }) => sum + exposure.of, 0)
      if (of === 0) return { met: false, measured: 'there was no message' }
      const met = isWithin(messages / of, expectation.comparison, expectation.boundRatio)
      const percent = Math.round((messages * 1000) / of) / 10
      return { met, measured: `${messages} of ${of} messages (${percent}%)` }
    }
    case 'noticed': {
      const noticed = (['security', 'fault', 'none'] as const).find((one) =>
        about.some((verdict) => verdict.noticed === one),
      )
      const by = about.flatMap(({ noticedBy }) => noticedBy.map(({ host, reason }) => `${host}: ${reason}`))
      return { met: noticed === expectation.noticed, measured: [noticed ?? 'none', ...new Set(by)].join(', ') }
    }
  }
}
