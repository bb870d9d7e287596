import type { Outcome, VerdictResult } from './verdict.ts'

export type Comparison = '<' | '<=' | '=' | '>=' | '>'

/** A parsed line of `expect:`. */
export type Expectation = WorkloadExpectation | NodeExpectation | DigestExpectation | AttackExpectation

interface Line {
  /** The line as the user wrote it. */
  readonly text: string
}

/** An expectation of a figure of a workload. */
export type WorkloadExpectation = Line & { readonly workload: string; readonly comparison: Comparison } & (
    | {
        readonly kind: 'latency'
        readonly statistic: 'min' | 'p50' | 'p95' | 'p99' | 'max' | 'mean'
        readonly boundNs: number
      }
    | { readonly kind: 'throughput'; readonly boundBps: number }
    | { readonly kind: 'failed'; readonly bound: number }
  )

/** An expectation of a node's Ready condition. */
export type NodeExpectation = Line & { readonly node: string } & (
    | {
        /** The node is Ready when the run ends. With `throughout`, it was Ready all the time. */
        readonly kind: 'node-ready'
        readonly throughout: boolean
      }
    | {
        /**
         * The node becomes NotReady at most `withinNs` after `sinceNs`. `sinceNs` is when the first event of the
         * scenario begins; 0 without events.
         */
        readonly kind: 'node-not-ready'
        readonly withinNs: number
        readonly sinceNs: number
      }
  )

/** An expectation that a digest has not changed. */
export interface DigestExpectation extends Line {
  readonly kind: 'digest'
  /** The workload whose digest is compared; null for the digest of the whole run. */
  readonly workload: string | null
  /** The first 8 to 16 hexadecimal digits of the digest. */
  readonly prefix: string
}

/** An expectation of what attackers achieve. */
export type AttackExpectation = SecretExpectation | NeverExpectation | VerdictExpectation

/** No attacker, or not this one, knows the secret when the run ends. */
export interface SecretExpectation extends Line {
  readonly kind: 'secret'
  /** A name that some workload `carries`, or the name of an identity. */
  readonly secret: string
  /** null for any attacker. */
  readonly attacker: string | null
}

/** No verdict of scope `other` has one of these outcomes. */
export interface NeverExpectation extends Line {
  readonly kind: 'never'
  readonly outcomes: readonly Outcome[]
  readonly attacker: string
  /** The path that the scenario declares, or the role in the expectation if no path has it; null for all paths. */
  readonly path: string | null
}

/** An expectation of the verdicts of an attacker on a path. */
export type VerdictExpectation = Line & {
  readonly attacker: string
  /** The path that the scenario declares, or the role in the expectation if no path has it. */
  readonly path: string
  /** null for all techniques of the attacker. */
  readonly technique: string | null
} & (
    | {
        readonly kind: 'verdict'
        /** `is` compares with the worst outcome. */
        readonly mode: 'includes' | 'excludes' | 'is'
        readonly outcome: Outcome
      }
    | {
        /** A bound on the share of the path's messages that are exposed. */
        readonly kind: 'exposure'
        readonly comparison: Comparison
        readonly boundRatio: number
      }
    | {
        /** The most that honest ends noticed. */
        readonly kind: 'noticed'
        readonly noticed: VerdictResult['noticed']
      }
  )
