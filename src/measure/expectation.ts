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

export type Comparison = '<' | '<=' | '=' | '>=' | '>'
