import type { Result } from '../../measure/result.ts'

/** Traffic by which a criterion is measured. */
export interface Probe {
  /** The prefix of its workloads' names. No other probe has it. */
  readonly name: string
  /** The paths that it uses: from kubelets to the apiserver, or from the apiserver to kubelets. */
  readonly over: 'to-apiserver' | 'to-kubelets'
  /** The workload in the form of a scenario, without its path. */
  readonly workload: Readonly<Record<string, string>>
  /** The interval at which further workloads of this kind begin; absent: one workload runs all the time. */
  readonly everyNs?: number
  /** True if the workload's `rate` is per node. A scenario needs the rate of all nodes. */
  readonly isRatePerNode?: true
}

/** The judgement of a run by a criterion. */
export interface Measured {
  readonly isBroken: boolean
  /** The deciding figure in the unit of the criterion; null if there is none. */
  readonly figure: number | null
}

/** A function of the cluster that fails when the network between control plane and nodes gets worse. */
export interface LimitCriterion {
  /** The failure, in few words. */
  readonly title: string
  /** The condition for a broken run, as a sentence for users. */
  readonly meaning: string
  /** The unit of the figure. */
  readonly unit: string
  readonly probes: readonly Probe[]
  /** True if it needs a path with a tunnel. */
  readonly isAboutTunnels?: true
  /** Judges a run. */
  readonly measure: (result: Result) => Measured
}
