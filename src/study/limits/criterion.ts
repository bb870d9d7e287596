import type { Result } from '../../measure/result.ts'

/** Traffic by which a criterion is measured. */
export interface Probe {
  /** The begin of the names of its workloads, which no other probe has. */
  readonly name: string
  /** The paths on which it runs: those of kubelets to the apiserver, or those of the apiserver to kubelets. */
  readonly over: 'to-apiserver' | 'to-kubelets'
  /** The workload as a scenario would write it, without its path. */
  readonly workload: Readonly<Record<string, string>>
  /** The time after which a further workload of this kind begins; absent: one goes on all the time. */
  readonly everyNs?: number
  /** True if `rate` of the workload is for each node, and a scenario wants it for all. */
  readonly isRatePerNode?: true
}

/** The judgement of a run by a criterion. */
export interface Measured {
  readonly isBroken: boolean
  /** The figure that decides, in the unit of the criterion; null if there is none. */
  readonly figure: number | null
}

/** Something that stops working when the network between control plane and nodes gets worse. */
export interface LimitCriterion {
  /** The failure, in few words. */
  readonly title: string
  /** The condition by which a run counts as broken, in a sentence for users. */
  readonly meaning: string
  /** The unit of the figure. */
  readonly unit: string
  readonly probes: readonly Probe[]
  /** True if it is about tunnels, so that it needs a path with one. */
  readonly isAboutTunnels?: true
  /** Judges a run. */
  readonly measure: (result: Result) => Measured
}
