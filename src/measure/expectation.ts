import type { Outcome, VerdictResult } from './verdict.ts'

/** A parsed line of `expect:`, with the line as the user wrote it. */
export type Expectation =
  | {
      readonly kind: 'latency'
      readonly text: string
      readonly workload: string
      readonly statistic: 'min' | 'p50' | 'p95' | 'p99' | 'max' | 'mean'
      readonly comparison: Comparison
      readonly boundNs: number
    }
  | {
      readonly kind: 'throughput'
      readonly text: string
      readonly workload: string
      readonly comparison: Comparison
      readonly boundBps: number
    }
  | {
      readonly kind: 'failed'
      readonly text: string
      readonly workload: string
      readonly comparison: Comparison
      readonly bound: number
    }
  /** A node is Ready at the end of the run; `throughout`: and was all the time. */
  | { readonly kind: 'node-ready'; readonly text: string; readonly node: string; readonly throughout: boolean }
  /** It becomes NotReady at `sinceNs` (when the first event of the scenario begins, or 0) or up to `withinNs` later. */
  | {
      readonly kind: 'node-not-ready'
      readonly text: string
      readonly node: string
      readonly withinNs: number
      readonly sinceNs: number
    }
  /** `workload` null: the digest of the whole run. `prefix`: its first hexadecimal digits, 8 to 16. */
  | { readonly kind: 'digest'; readonly text: string; readonly workload: string | null; readonly prefix: string }
  | AttackExpectation

/**
 * About what attackers get. `attacker` null: any of them. `path` is as the scenario declares it, or, of a path that was
 * named by its role and does not exist here, that role.
 */
export type AttackExpectation =
  /** What `carries`, or an identity, names is not known to the attacker at the end. */
  | { readonly kind: 'secret'; readonly text: string; readonly secret: string; readonly attacker: string | null }
  /** Of verdicts about others (scope `other`); `path` null: all. */
  | {
      readonly kind: 'never'
      readonly text: string
      readonly outcomes: readonly Outcome[]
      readonly attacker: string
      readonly path: string | null
    }
  /** `is`: the worst. `technique` null: all that the attacker does to this path. */
  | {
      readonly kind: 'verdict'
      readonly text: string
      readonly attacker: string
      readonly path: string
      readonly technique: string | null
      readonly mode: 'includes' | 'excludes' | 'is'
      readonly outcome: Outcome
    }
  /** Messages of those that there were. */
  | {
      readonly kind: 'exposure'
      readonly text: string
      readonly attacker: string
      readonly path: string
      readonly technique: string | null
      readonly comparison: Comparison
      readonly boundRatio: number
    }
  /** What honest ends noticed at most. */
  | {
      readonly kind: 'noticed'
      readonly text: string
      readonly attacker: string
      readonly path: string
      readonly technique: string | null
      readonly noticed: VerdictResult['noticed']
    }

export type Comparison = '<' | '<=' | '=' | '>=' | '>'
