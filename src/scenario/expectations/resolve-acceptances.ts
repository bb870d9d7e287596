import { TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { isNameOf, namesOf } from '../../engine/registry.ts'
import type { Acceptance } from '../../measure/acceptance.ts'
import { OUTCOMES } from '../../measure/verdict.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import type { AcceptSection } from '../schema/accept.ts'
import type { Findings } from '../tree/findings.ts'
import { type LineReader, readLine, type Word } from './line-reader.ts'
import { readOutcomes } from './parse-attack-expectation.ts'
import { type AttackNames, WordChecker } from './resolve-attack-expectations.ts'

const FORM = 'read, modified by inline relay on PATH'

/** Resolves `accept`. Reports unknown names, because an acceptance with a typing mistake would accept nothing. */
export function resolveAcceptances(
  sections: readonly (AcceptSection | undefined)[],
  attackNames: AttackNames,
  findings: Findings,
): Acceptance[] {
  return sections.flatMap((section, index) => {
    if (section === undefined) return []
    const { verdict: text, reason, until: untilDate = null } = section
    if (untilDate !== null && !isDate(untilDate))
      findings.report(['accept', index, 'until'], 'unknown-value', `${untilDate} is not a date`, {
        hint: 'write it like 2027-03-01',
      })
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
