import type { AttackExpectation } from '../../measure/expectation.ts'
import type { IdentityBlueprint, WorkloadBlueprint } from '../../simulation/blueprint.ts'
import type { AttackerBlueprint } from '../../simulation/blueprint-attack.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import type { Hint } from '../../values/parsed.ts'
import type { Roles } from '../attackers/resolve-roles.ts'
import { isRole } from '../attackers/roles.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'
import type { Word } from './line-reader.ts'

/** The attackers, roles and secrets that lines about attackers can name. */
export interface AttackNames {
  readonly attackers: readonly AttackerBlueprint[]
  readonly roles: Roles
  /** The secrets that workloads carry, and the names of identities. */
  readonly secrets: ReadonlySet<string>
}

export function secretsOf(
  workloads: readonly WorkloadBlueprint[],
  identities: readonly IdentityBlueprint[],
): ReadonlySet<string> {
  return new Set([...workloads.flatMap(({ carries }) => carries), ...identities.map(({ name }) => name)])
}

/** Replaces the role of the path with its name. Reports unknown names, and returns null for them. */
export function resolveAttackExpectation(
  expectation: AttackExpectation,
  words: Readonly<Record<string, Word | null>>,
  place: TreePath,
  attackNames: AttackNames,
  findings: Findings,
): AttackExpectation | null {
  const reader = new WordChecker(place, attackNames, findings)
  const isAttackerKnown = reader.isAttacker(words.attacker ?? null)
  if (expectation.kind === 'secret') {
    const isSecretKnown = reader.isKnown(words.secret ?? null, 'secret', attackNames.secrets)
    return isAttackerKnown && isSecretKnown ? expectation : null
  }
  if (words.path == null) return isAttackerKnown ? expectation : null
  const path = reader.path(words.path)
  if (!isAttackerKnown || path === null) return null
  const technique = 'technique' in expectation ? expectation.technique : null
  const word = technique === null ? words.path : (words.technique ?? words.path)
  return reader.isAttacked(expectation.attacker, path, technique, word) ? { ...expectation, path } : null
}

/** Checks names in a line. Reports unknown ones at their position in the line. */
export class WordChecker {
  readonly #place: TreePath
  readonly #attackNames: AttackNames
  readonly #findings: Findings

  constructor(place: TreePath, attackNames: AttackNames, findings: Findings) {
    this.#place = place
    this.#attackNames = attackNames
    this.#findings = findings
  }

  isAttacker(word: Word | null): boolean {
    return this.isKnown(word, 'attacker', this.#findings.namesIn('attackers'))
  }

  isKnown(word: Word | null, what: string, known: ReadonlySet<string>): boolean {
    if (word === null || known.has(word.text)) return true
    const hint = () => didYouMean(word.text, known) ?? listed(known)
    this.#report(word, `no ${what} is named ${word.text}`, hint)
    return false
  }

  /** Returns the name of a path, or its role if no path has it. Reports other words, and returns null. */
  path(word: Word): string | null {
    const { roles } = this.#attackNames
    if (!isRole(word.text)) return this.isKnown(word, 'path', this.#findings.namesIn('paths')) ? word.text : null
    const found = roles.pathsNamed(word.text)
    if (found === null) {
      this.#report(word, `no path has the role "${word.text}"`, roles.hint)
      return null
    }
    if (found.length > 1) {
      this.#report(word, `an expectation needs one path, and "${word.text}" means ${found.length}`, 'name one of them')
      return null
    }
    return found[0] ?? word.text
  }

  /** Reports a path that the attacker does not attack, because there is no verdict on it. */
  isAttacked(attacker: string, path: string, technique: string | null, word: Word): boolean {
    const found = this.#attackNames.attackers.find(({ name }) => name === attacker)
    // An invalid attacker is reported already. A path that does not exist has no verdict in any case.
    if (found === undefined || isRole(path)) return true
    const isOf = (own: string) => technique === null || own === technique
    const steps = found.plan.filter((step) => isOf(step.technique))
    if (steps.some(({ paths }) => paths.includes(path)) || found.absent.some((one) => isOf(one.technique))) return true
    const paths = new Set(found.plan.flatMap((step) => step.paths))
    const message =
      technique === null || !paths.has(path)
        ? `${attacker} does not attack ${path}, so there is no verdict`
        : `${attacker} does not use ${technique} on ${path}, so there is no verdict`
    this.#report(word, message, paths.size === 0 ? undefined : `its plan attacks ${[...paths].slice(0, 8).join(', ')}`)
    return false
  }

  #report({ text, start }: Word, message: string, hint?: Hint): void {
    this.#findings.reportWithin(this.#place, start, start + text.length, 'unknown-name', message, hint)
  }
}

function listed(known: ReadonlySet<string>): string | undefined {
  return known.size > 0 && known.size <= 8 ? `declared: ${[...known].join(', ')}` : undefined
}
