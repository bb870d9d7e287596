import type { Acceptance } from '../../measure/acceptance.ts'
import type { Outcome } from '../../measure/verdict.ts'
import type { Findings } from '../problems/findings.ts'
import type { AcceptSection } from '../schema/accept.ts'
import { type LineReader, readLine, type Word } from './line-reader.ts'
import { readAttackerAndPath, readOutcome } from './parse-attack-expectation.ts'
import { type AttackNames, WordChecker } from './resolve-attack-expectations.ts'

const FORM = 'read by ATTACKER on PATH'

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
    const written = readLine(text, FORM, readTolerated, place, findings)
    if (written === null) return []
    const checker = new WordChecker(place, attackNames, findings)
    const { outcome, attacker, path: word } = written
    const isAttackerKnown = checker.isAttacker(attacker)
    const path = checker.path(word)
    if (!isAttackerKnown || path === null || !checker.isAttacked(attacker.text, path, null, word)) return []
    return [{ text, outcome, attacker: attacker.text, path, reason, untilDate }]
  })
}

function readTolerated(reader: LineReader): { outcome: Outcome; attacker: Word; path: Word } {
  const outcome = readOutcome(reader)
  const { attacker, path } = readAttackerAndPath(reader)
  const end: Word = { text: ' ', start: reader.text.length }
  if (path === null)
    return reader.fail(
      end,
      'bad-expectation',
      'expected `on` and a path, found the end of the line',
      `write it like ${FORM}`,
    )
  return { outcome, attacker, path }
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether a text is a day of the calendar, written as 2027-03-01. */
export function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (match === null) return false
  const [year, month, day] = match.slice(1).map(Number)
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
  return day >= 1 && day <= days
}
