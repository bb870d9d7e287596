import type { CheckResult } from './check.ts'
import type { Outcome, VerdictResult } from './verdict.ts'
import { isWorse } from './verdicts/outcomes.ts'

/**
 * The attack matrix: each technique from each vantage and place against each path, each in its own simulation.
 * Techniques that change nothing for others share one simulation.
 */
export interface MatrixResult {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly seed: number
  readonly kubernetes: string | null
  readonly paths: readonly MatrixPath[]
  /** The paths that exist and are not modelled; absent if there are none. There are no verdicts on them. */
  readonly unmodelled?: readonly { readonly path: string; readonly reason: string }[]
  readonly cells: readonly MatrixCell[]
  /** The judgement of the cells by a policy; absent where neither the scenario nor the user gives one. */
  readonly check?: CheckResult
}

/** A path of the matrix: one of its columns. */
export interface MatrixPath {
  /** The path as the scenario names it. */
  readonly name: string
  readonly kind: string
  readonly letter: string
  readonly medium: string
  readonly protection: string
}

/** The result of one technique from one vantage and place against one path. */
export interface MatrixCell {
  readonly path: string
  /**
   * The attacker's place in words, and the host or link that it is for this path. `on` is null if the path has no such
   * place.
   */
  readonly place: string
  readonly on: string | null
  readonly vantage: string
  readonly technique: string
  /**
   * The worst outcome of verdicts about others. If the attacker achieved nothing on others, the worst of verdicts about
   * its own.
   */
  readonly worst: Outcome
  readonly outcomes: readonly Outcome[]
  readonly scope: VerdictResult['scope']
  readonly exposure: VerdictResult['exposure']
  readonly noticed: VerdictResult['noticed']
  /** The responses of servers to the technique's requests, on all ports that were tried. */
  readonly requests: VerdictResult['requests']
  /** The digest of the simulation; null if none was run. */
  readonly digest: string | null
}

/**
 * Returns the worst verdict about others. If the attacker achieved nothing on others, the worst verdict about its own.
 */
export function worstVerdict(verdicts: readonly VerdictResult[]): VerdictResult | null {
  const ofOthers = worstOf(verdicts.filter(({ scope }) => scope === 'other'))
  const ofItsOwn = worstOf(verdicts.filter(({ scope }) => scope === 'own'))
  if (ofOthers === null || ofItsOwn === null) return ofOthers ?? ofItsOwn
  const gotNothing = !isWorse(ofOthers.worst, 'no-effect')
  return gotNothing && isWorse(ofItsOwn.worst, 'no-effect') ? ofItsOwn : ofOthers
}

function worstOf(verdicts: readonly VerdictResult[]): VerdictResult | null {
  return verdicts.reduce<VerdictResult | null>(
    (worst, verdict) => (worst === null || isWorse(verdict.worst, worst.worst) ? verdict : worst),
    null,
  )
}
