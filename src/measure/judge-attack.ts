import { holds } from './comparison.ts'
import type { AttackExpectation } from './expectation.ts'
import { isLearned } from './learned.ts'
import type { ExpectationResult, Result } from './result.ts'
import type { Outcome, VerdictResult } from './verdict.ts'
import { inOrder } from './verdicts/outcomes.ts'

type Judged = Omit<ExpectationResult, 'expect'>

/** Holds verdicts against what was expected of them. */
export function judgeAttack(
  expectation: AttackExpectation,
  { verdicts, knowledge }: Pick<Result, 'verdicts' | 'knowledge'>,
): Judged {
  switch (expectation.kind) {
    case 'secret':
      return judgeSecret(expectation, knowledge)
    case 'never':
      return judgeNever(expectation, verdicts)
    case 'verdict':
      return judgeVerdict(expectation, verdicts)
    case 'exposure':
      return judgeExposure(expectation, verdicts)
    case 'noticed':
      return judgeNoticed(expectation, verdicts)
  }
}

/** What a line is about: verdicts of an attacker, on a path or all, by a technique or all. */
interface Which {
  readonly attacker: string
  readonly path: string | null
  readonly technique?: string | null
}

export function verdictsAbout(
  verdicts: readonly VerdictResult[],
  { attacker, path, technique = null }: Which,
): VerdictResult[] {
  return verdicts.filter(
    (verdict) =>
      verdict.attacker === attacker &&
      (path === null || verdict.path === path) &&
      (technique === null || verdict.technique === technique),
  )
}

function judgeSecret(
  { secret, attacker }: Extract<AttackExpectation, { kind: 'secret' }>,
  knowledge: Result['knowledge'],
): Judged {
  const learned = knowledge.find(
    (known) => isLearned(known, secret) && (attacker === null || known.attacker === attacker),
  )
  if (learned === undefined) return { met: true, measured: 'secret' }
  const where = learned.link === null ? '' : ` from packet ${learned.packet} on ${learned.link}`
  return { met: false, measured: `${learned.attacker} learned it at ${learned.atNs} ns${where}` }
}

/** Gates look at what belongs to others (docs/design.md#verdicts). */
function judgeNever(
  { outcomes, attacker, path }: Extract<AttackExpectation, { kind: 'never' }>,
  verdicts: readonly VerdictResult[],
): Judged {
  const found = offending(verdicts, { outcomes, attacker, path })
  if (found.length === 0) return { met: true, measured: 'never' }
  return { met: false, measured: found.map((verdict) => describe(verdict, outcomes)).join('; ') }
}

/** Verdicts that break a `never`. */
export function offending(
  verdicts: readonly VerdictResult[],
  {
    outcomes,
    attacker,
    path,
  }: { readonly outcomes: readonly Outcome[]; readonly attacker: string; readonly path: string | null },
): VerdictResult[] {
  return verdictsAbout(verdicts, { attacker, path }).filter(
    (verdict) => verdict.scope === 'other' && verdict.outcomes.some((outcome) => outcomes.includes(outcome)),
  )
}

function describe({ technique, path, victim, outcomes, evidence }: VerdictResult, wanted: readonly Outcome[]): string {
  const broken = outcomes.filter((outcome) => wanted.includes(outcome))
  const shown = evidence.find(({ shows }) => broken.includes(shows))
  const where = shown?.link == null ? '' : ` (packet ${shown.packet} on ${shown.link} at ${shown.atNs} ns)`
  const at = shown !== undefined && shown.link === null ? ` (${shown.what}, at ${shown.atNs} ns)` : where
  return `${broken.join(', ')} by ${technique} on ${path}, ${victim}${at}`
}

function judgeVerdict(
  { attacker, path, technique, mode, outcome }: Extract<AttackExpectation, { kind: 'verdict' }>,
  verdicts: readonly VerdictResult[],
): Judged {
  const about = verdictsAbout(verdicts, { attacker, path, technique })
  if (about.length === 0) return { met: false, measured: 'there is no such verdict' }
  const outcomes = inOrder(about.flatMap((verdict) => verdict.outcomes))
  const measured = outcomes.join(', ')
  if (mode === 'is') return { met: outcomes[0] === outcome, measured }
  return { met: outcomes.includes(outcome) === (mode === 'includes'), measured }
}

function judgeExposure(
  { attacker, path, technique, comparison, boundRatio }: Extract<AttackExpectation, { kind: 'exposure' }>,
  verdicts: readonly VerdictResult[],
): Judged {
  const about = verdictsAbout(verdicts, { attacker, path, technique })
  if (about.length === 0) return { met: false, measured: 'there is no such verdict' }
  const messages = about.reduce((sum, { exposure }) => sum + exposure.messages, 0)
  const of = about.reduce((sum, { exposure }) => sum + exposure.of, 0)
  if (of === 0) return { met: false, measured: 'there was no message' }
  return { met: holds(messages / of, comparison, boundRatio), measured: `${messages} of ${of} messages` }
}

function judgeNoticed(
  { attacker, path, technique, noticed: expected }: Extract<AttackExpectation, { kind: 'noticed' }>,
  verdicts: readonly VerdictResult[],
): Judged {
  const about = verdictsAbout(verdicts, { attacker, path, technique })
  if (about.length === 0) return { met: false, measured: 'there is no such verdict' }
  const noticed = (['security', 'fault', 'none'] as const).find((one) =>
    about.some((verdict) => verdict.noticed === one),
  )
  const by = about.flatMap(({ noticedBy }) => noticedBy.map(({ host, reason }) => `${host}: ${reason}`))
  return { met: noticed === expected, measured: [noticed ?? 'none', ...new Set(by)].join(', ') }
}
