import { VANTAGES, type Vantage } from '../../attack/vantages.ts'
import { isNameOf, namesOf } from '../../engine/registry.ts'
import { DEFAULT_POLICY, POLICIES } from '../../measure/policies.ts'
import type { PolicyRule } from '../../measure/policy.ts'
import { UNKNOWN_CAUSES, type UnknownCause } from '../../measure/unknown.ts'
import { OUTCOMES, type Outcome } from '../../measure/verdict.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { type LineReader, readLine, type Word } from '../expectations/line-reader.ts'
import { readOutcomes } from '../expectations/parse-attack-expectation.ts'
import { type AttackNames, WordChecker } from '../expectations/resolve-attack-expectations.ts'
import type { PolicySection } from '../schema/policy.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'

const FORM = 'never read, modified scope other by pod, user on PATH'

/** The outcomes that a policy can forbid: those in which an attack achieves something. */
const FORBIDDABLE: readonly Outcome[] = OUTCOMES.slice(0, OUTCOMES.indexOf('no-effect'))

/** Resolves `policy`: the name of a policy, a rule, or a list of these. */
export function resolvePolicy(
  written: PolicySection | undefined,
  attackNames: AttackNames,
  findings: Findings,
): readonly PolicyRule[] {
  if (written === undefined) return rulesOf(DEFAULT_POLICY, ['policy'], attackNames, findings)
  if (typeof written === 'string') return rulesOf(written, ['policy'], attackNames, findings)
  return written.flatMap((rule, index) => {
    if (rule === undefined) return []
    const place = ['policy', index]
    return typeof rule === 'string'
      ? rulesOf(rule, place, attackNames, findings)
      : rulesOf(`unknown: ${rule.unknown}`, place, attackNames, findings)
  })
}

function rulesOf(text: string, place: TreePath, attackNames: AttackNames, findings: Findings): readonly PolicyRule[] {
  const rules = isNameOf(POLICIES, text) ? POLICIES[text].rules : [text]
  return rules.flatMap((rule): PolicyRule[] => {
    const written = readLine(rule, FORM, readRule, place, findings)
    if (written === null) return []
    const { path: word, ...others } = written
    if (word === null) return [{ text: rule, ...others, path: null }]
    const path = new WordChecker(place, attackNames, findings).path(word)
    return path === null ? [] : [{ text: rule, ...others, path }]
  })
}

type WrittenRule = Pick<PolicyRule, 'outcomes' | 'vantages' | 'scope' | 'isOfGranted' | 'allowsUnknown'> & {
  readonly path: Word | null
}

function readRule(reader: LineReader): WrittenRule {
  if (reader.readIf('unknown:')) return readAllowed(reader)
  const first = reader.next
  if (first !== null && first.text !== 'never') {
    const names = namesOf(POLICIES)
    const hint = didYouMean(first.text, names) ?? `write it like ${FORM}; the policies are ${names.join(', ')}`
    reader.fail(first, 'bad-expectation', `there is no policy ${first.text}, and a rule begins with never`, hint)
  }
  reader.oneOf('the word never', ['never'])
  if (reader.readIf('granted')) return { outcomes: [], scope: 'any', vantages: null, path: null, isOfGranted: true }
  const outcomes = readOutcomes(reader, FORBIDDABLE)
  const scope = reader.readIf('scope') ? reader.oneOf('a scope', ['other', 'any']) : 'other'
  const vantages: Vantage[] = []
  if (reader.readIf('by'))
    do vantages.push(reader.oneOf('a vantage', namesOf(VANTAGES)))
    while (reader.readIf(','))
  const path = reader.readIf('on') ? reader.phrase('a path') : null
  return { outcomes, scope, vantages: vantages.length === 0 ? null : vantages, path }
}

/** Reads `allow remotedialer, rights` after `unknown:`. */
function readAllowed(reader: LineReader): WrittenRule {
  reader.form = 'unknown: allow remotedialer, rights'
  reader.oneOf('the word allow', ['allow'])
  const allowsUnknown: UnknownCause[] = []
  do allowsUnknown.push(reader.oneOf('a cause', namesOf(UNKNOWN_CAUSES)))
  while (reader.readIf(','))
  return { outcomes: [], scope: 'any', vantages: null, path: null, allowsUnknown }
}
