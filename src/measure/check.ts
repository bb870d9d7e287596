import type { Acceptance } from './acceptance.ts'
import type { Outcome, VerdictResult } from './verdict.ts'

/** One verdict of a check, with the place of its attacker. */
export interface Tried {
  /** The path as the scenario names it; that of the verdict can be the read-only port of its kubelet. */
  readonly path: string
  /** The attack file; null for a cell of the matrix and for an attacker of the scenario. */
  readonly attack: string | null
  /** The role of the place in the matrix; null for other attackers. */
  readonly place: string | null
  /** The host, link or segment of the attacker. */
  readonly on: { readonly kind: string; readonly name: string }
  readonly verdict: VerdictResult
  /**
   * The number of equally likely choices of each connection of the path, among endpoints of a service, ends of tunnels
   * and agents; 1 where there is none. Above 1 the exposure is a share of the connections.
   */
  readonly choices: number
  /** The digest of the simulation. */
  readonly digest: string
}

/** A verdict that the policy forbids, or several in which the same servers granted the attacker the same. */
export interface Finding extends Tried {
  /** The paths of these verdicts, as the scenario names them. */
  readonly paths: readonly string[]
  readonly victims: readonly string[]
  /** The outcomes that the policy forbids, worst first. */
  readonly forbidden: readonly Outcome[]
  /** The rules that forbid them. */
  readonly rules: readonly string[]
  /** Whether acceptances that apply today cover every forbidden outcome. */
  readonly isAccepted: boolean
  /** The acceptances that apply today. */
  readonly accepted: readonly Acceptance[]
  /** The acceptances whose last day has passed. */
  readonly expired: readonly Acceptance[]
  /** The command that repeats it. */
  readonly reproduce: string
}

/** An attack file that was not run, or that reached nothing. */
export interface UntriedAttack {
  readonly attack: string
  readonly reason: string
}

/** The result of `onpath check` for one scenario. */
export interface CheckResult {
  readonly scenario: string
  readonly seed: number
  readonly kubernetes: string | null
  /** Whether nothing that the policy forbids happened, except what is accepted, and everything asked for was tried. */
  readonly passed: boolean
  readonly policy: readonly string[]
  /** The day for which acceptances were judged. */
  readonly today: string
  /** The number of verdicts, and of those whose attacker reached its path. */
  readonly verdicts: number
  readonly reached: number
  readonly simulations: number
  /** The paths that were attacked, by name. */
  readonly paths: readonly string[]
  /** The paths that exist and are not modelled, so that there is no verdict on them, with the reasons. */
  readonly unmodelled: readonly { readonly path: string; readonly reason: string }[]
  /** The settings that leave paths open: a sentence for each, and the file and line that sets it. */
  readonly weakSettings: readonly { readonly path: string; readonly what: string; readonly from: string }[]
  readonly findings: readonly Finding[]
  /** The reasons why the check looked at nothing, or at less than was asked for; such a check does not pass. */
  readonly gaps: readonly string[]
  /** The attacks that do not fit the scenario or reach nothing in it. */
  readonly untried: readonly UntriedAttack[]
  /** The acceptances that nothing needs any more. */
  readonly unused: readonly Acceptance[]
}
