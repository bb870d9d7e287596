import type { Outcome, VerdictResult } from './verdict.ts'
import { isWorse } from './verdicts/outcomes.ts'

/** Every technique from every vantage at every place against every path, each in a simulation of its own; what changes nothing for others is tried in one. */
export interface MatrixResult {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly seed: number
  readonly kubernetes: string | null
  readonly paths: readonly MatrixPath[]
  readonly cells: readonly MatrixCell[]
}

export interface MatrixPath {
  /** As the scenario names it. */
  readonly name: string
  readonly kind: string
  readonly letter: string
  readonly medium: string
  readonly protection: string
}

export interface MatrixCell {
  readonly path: string
  /** Where the attacker is, in words, and what that is on this path; null: there is no such place on it. */
  readonly place: string
  readonly on: string | null
  readonly vantage: string
  readonly technique: string
  /** Of verdicts about others; of those about its own where it got nothing of others. */
  readonly worst: Outcome
  readonly outcomes: readonly Outcome[]
  readonly scope: VerdictResult['scope']
  readonly exposure: VerdictResult['exposure']
  readonly noticed: VerdictResult['noticed']
  /** Of the simulation; null: there was none to make. */
  readonly digest: string | null
}

/** The worst of what an attacker got of others; of what is its own where it got nothing of others. */
export function worstVerdict(verdicts: readonly VerdictResult[]): VerdictResult | null {
  const ofOthers = worstOf(verdicts.filter(({ scope }) => scope === 'other'))
  const ofItsOwn = worstOf(verdicts.filter(({ scope }) => scope === 'own'))
  if (ofOthers === null || ofItsOwn === null) return ofOthers ?? ofItsOwn
  const gotNothing = !isWorse(ofOthers.worst, 'failed')
  return gotNothing && isWorse(ofItsOwn.worst, 'failed') ? ofItsOwn : ofOthers
}

function worstOf(verdicts: readonly VerdictResult[]): VerdictResult | null {
  return verdicts.reduce<VerdictResult | null>(
    (worst, verdict) => (worst === null || isWorse(verdict.worst, worst.worst) ? verdict : worst),
    null,
  )
}
