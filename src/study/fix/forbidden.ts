import type { Tried } from '../../measure/check.ts'
import type { Outcome, VerdictResult } from '../../measure/verdict.ts'
import type { CheckScope, Probe } from '../check/read-check.ts'

/** A verdict that the policy forbids. Its key is equal before and after changes of flags. */
export interface Forbidden {
  readonly key: string
  readonly tried: Tried
  readonly verdict: VerdictResult
  /** The outcomes of the verdict that the policy forbids. */
  readonly outcomes: readonly Outcome[]
}

/** Returns a key for a verdict, from its attacker, technique, path and victim. */
export function verdictKey({ attack, place, path, on, verdict }: Tried): string {
  const { attacker, vantage, technique, victim } = verdict
  const who = attack === null && place !== null ? [place, on.kind] : [attack, attacker]
  return JSON.stringify([who, vantage, technique, path, verdict.path, victim])
}

/** Restricts a check to the attacks and paths of these verdicts. */
export function scopeFor(wanted: readonly Forbidden[], scope: CheckScope): CheckScope {
  const attacks = new Set(wanted.map(({ tried }) => tried.attack))
  return {
    ...scope,
    attacks: scope.attacks.filter(({ name }) => attacks.has(name)),
    paths: [...new Set(wanted.map(({ tried }) => tried.path))],
  }
}

/** Returns whether a probe decides any of these verdicts. */
export function isWanted(probe: Probe, wanted: readonly Forbidden[]): boolean {
  return wanted.some((one) => decides(probe, one))
}

/**
 * Returns whether a probe decides a verdict. An attack file decides all its verdicts, a cell of the matrix those of its
 * place.
 */
export function decides({ attack, cells }: Probe, { tried }: Forbidden): boolean {
  if (tried.place === null) return cells.length === 0 && tried.attack === attack
  return cells.some(
    ({ path, row }) =>
      path === tried.path &&
      row.place === tried.place &&
      row.vantage === tried.verdict.vantage &&
      row.technique === tried.verdict.technique,
  )
}
