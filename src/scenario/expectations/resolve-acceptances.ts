import { TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { isNameOf, namesOf } from '../../engine/registry.ts'
import type { Acceptance } from '../../measure/acceptance.ts'
import { type AcceptedUnknown, UNKNOWN_CAUSES, type Unknown } from '../../measure/unknown.ts'
import { OUTCOMES } from '../../measure/verdict.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import type { CheckedScenario } from '../checked-scenario.ts'
import type { AcceptSection } from '../schema/accept.ts'
import type { ScenarioSection } from '../schema/scenario.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'
import { type LineReader, readLine, type Word } from './line-reader.ts'
import { readOutcomes } from './parse-attack-expectation.ts'
import { type AttackNames, WordChecker } from './resolve-attack-expectations.ts'

const FORM = 'read, modified by inline relay on PATH'

/** Resolves `accept` and `unknown`: verdicts and open questions that are tolerated, and the open questions. */
export function resolveTolerated(
  { accept = [], unknown }: Pick<ScenarioSection, 'accept' | 'unknown'>,
  attackNames: AttackNames,
  findings: Findings,
): Pick<CheckedScenario, 'acceptances' | 'unknowns' | 'acceptedUnknowns'> {
  return {
    acceptances: resolveAcceptances(accept, attackNames, findings),
    unknowns: resolveUnknowns(unknown, findings),
    acceptedUnknowns: resolveAcceptedUnknowns(accept, findings),
  }
}

/** Resolves the entries of `accept` about verdicts. Reports unknown names, because an acceptance with a typing mistake would accept nothing. */
function resolveAcceptances(
  sections: readonly (AcceptSection | undefined)[],
  attackNames: AttackNames,
  findings: Findings,
): Acceptance[] {
  return sections.flatMap((section, index) => {
    if (section === undefined) return []
    const { verdict: text, unknown, reason, until: untilDate = null } = section
    if ((text === undefined) === (unknown === undefined))
      findings.report(['accept', index], 'contradiction', 'an entry of accept has either verdict or unknown')
    if (untilDate !== null && !isDate(untilDate))
      findings.report(['accept', index, 'until'], 'unknown-value', `${untilDate} is not a date`, {
        hint: 'write it like 2027-03-01',
      })
    if (text === undefined) return []
    const place = ['accept', index, 'verdict']
    const attackers = findings.namesIn('attackers')
    const written = readLine(text, FORM, (reader) => readTolerated(reader, attackers), place, findings)
    if (written === null) return []
    const { attacker, path: word, ...tolerated } = written
    const checker = new WordChecker(place, attackNames, findings)
    const path = checker.path(word)
    if (path === null || (attacker !== null && !checker.isAttacked(attacker, path, null, word))) return []
    return [{ text, ...tolerated, attacker, path, reason, untilDate }]
  })
}

/** Resolves the entries of `accept` about what is not known. Reports causes that do not exist. */
function resolveAcceptedUnknowns(
  sections: readonly (AcceptSection | undefined)[],
  findings: Findings,
): AcceptedUnknown[] {
  return sections.flatMap((section, index) => {
    if (section?.unknown === undefined) return []
    const { unknown: cause, reason, until: untilDate = null } = section
    if (isNameOf(UNKNOWN_CAUSES, cause)) return [{ cause, reason, untilDate }]
    reportUnknownCause(['accept', index, 'unknown'], cause, findings)
    return []
  })
}

/** Resolves `unknown`: what an import did not find out. */
function resolveUnknowns(section: ReadonlyMap<string, string> | undefined, findings: Findings): Unknown[] {
  return [...(section ?? [])].flatMap(([cause, text]) => {
    if (isNameOf(UNKNOWN_CAUSES, cause)) return [{ cause, text }]
    reportUnknownCause(['unknown', cause], cause, findings)
    return []
  })
}

function reportUnknownCause(place: TreePath, cause: string, findings: Findings): void {
  const known = namesOf(UNKNOWN_CAUSES)
  findings.report(place, 'unknown-name', `there is no cause ${cause}`, {
    hint: didYouMean(cause, known) ?? `the causes are ${known.join(', ')}`,
  })
}

type Tolerated = Pick<Acceptance, 'outcomes' | 'attacker' | 'vantage' | 'technique'> & { readonly path: Word }

/** Reads `read, modified by inline relay on plain`. The words after `by` are an attacker, a vantage or a technique. */
function readTolerated(reader: LineReader, attackers: ReadonlySet<string>): Tolerated {
  const outcomes = readOutcomes(reader, OUTCOMES)
  let by: Pick<Acceptance, 'attacker' | 'vantage' | 'technique'> = { attacker: null, vantage: null, technique: null }
  if (reader.readIf('by')) {
    do by = { ...by, ...whoIs(reader.read('an attacker, a vantage or a technique'), attackers, reader) }
    while (!reader.isAtEnd && reader.next?.text !== 'on')
  }
  reader.oneOf('the word on', ['on'])
  return { outcomes, ...by, path: reader.phrase('a path') }
}

/** Returns what a word after `by` names: an attacker of the scenario, otherwise a vantage, otherwise a technique. */
function whoIs(
  word: Word,
  attackers: ReadonlySet<string>,
  reader: LineReader,
): Partial<Pick<Acceptance, 'attacker' | 'vantage' | 'technique'>> {
  if (attackers.has(word.text)) return { attacker: word.text }
  if (isNameOf(VANTAGES, word.text)) return { vantage: word.text }
  if (isNameOf(TECHNIQUES, word.text)) return { technique: word.text }
  const known = [...attackers, ...namesOf(VANTAGES), ...namesOf(TECHNIQUES)]
  const hint = didYouMean(word.text, known) ?? `write it like ${FORM}`
  return reader.fail(word, 'unknown-name', `no attacker, vantage or technique is named ${word.text}`, hint)
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Returns whether a text is a day of the calendar, written as 2027-03-01. */
export function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (match === null) return false
  const [year, month, day] = match.slice(1).map(Number)
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
  return day >= 1 && day <= days
}
