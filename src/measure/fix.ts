import type { Outcome } from './verdict.ts'

/** The place of a change: a line of a file, or a place of the scenario. */
export interface FixPlace {
  /** The file, or null where no file was given that could be changed. */
  readonly file: string | null
  readonly what: string
}

/** The figures of a workload on the links of this cluster. Null for those that were not measured. */
export interface FixFigures {
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly throughputMbps: number | null
  /** The CPU time of a request, of both ends, in microseconds. */
  readonly cpuUs: number | null
}

/** The figures of a workload before and after a change. */
export interface FixCost {
  readonly workload: string
  readonly before: FixFigures
  readonly after: FixFigures
}

/** A workload whose requests fail, with the reason that clients see. */
export interface BrokenWorkload {
  readonly workload: string
  readonly path: string
  readonly completed: number
  readonly of: number
  readonly reason: string
}

/** A change of a fix, in the order in which changes are made. */
export interface FixStep {
  /** The change as an instruction: "kube-apiserver: --kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt". */
  readonly change: string
  readonly program: 'kube-apiserver' | 'kubelet' | 'cluster'
  /** The name of the flag or field, and the values; null for what is installed. */
  readonly flag: string | null
  readonly before: unknown
  readonly after: unknown
  /**
   * The findings of a simulation of the other changes: the number of verdicts that the policy forbids and that come back,
   * the workloads that fail, and whether the programs refuse to start. Each step has one of these, so that none can be
   * left out.
   */
  readonly without: {
    readonly findings: number
    readonly broken: readonly BrokenWorkload[]
    readonly isRefused: boolean
  }
  /** The workloads whose figures differ after it. */
  readonly costs: readonly FixCost[]
  /**
   * The things that stop to work and that the simulation does not have, as the end of a sentence; null where nothing is
   * known.
   */
  readonly breaks: string | null
  readonly places: readonly FixPlace[]
}

/** An order of changes that breaks something on the way. */
export interface WrongOrder {
  /** The change that is made too early, and the one that should come before it. */
  readonly first: string
  readonly before: string
  readonly broken: readonly BrokenWorkload[]
}

/** A path on which attackers get what the policy forbids and no change of a flag closes. */
export interface OpenPath {
  readonly path: string
  readonly outcomes: readonly Outcome[]
  readonly attackers: readonly string[]
  readonly why: string
}

/** A change to a file. */
export interface FilePatch {
  readonly file: string
  /** A unified diff. */
  readonly diff: string
  readonly isNew: boolean
}

/**
 * The proof that a set of changes is small. `smallest`: no set of fewer changes does what it does; `no-part`: no part
 * of the set does it; `none-left-out`: none of its changes can be left out, while several at once were not tried.
 */
export type Minimality = 'smallest' | 'no-part' | 'none-left-out'

/** The result of `onpath check --fix` for one scenario or cluster. */
export interface FixResult {
  readonly scenario: string
  readonly kubernetes: string | null
  readonly policy: readonly string[]
  /** The number of verdicts that the policy forbids, and of those that the steps close. */
  readonly findings: number
  readonly closed: number
  readonly steps: readonly FixStep[]
  /** The proof about the number of steps; null where there are none. */
  readonly minimality: Minimality | null
  readonly wrongOrders: readonly WrongOrder[]
  /** The paths that stay open, with the reasons. */
  readonly open: readonly OpenPath[]
  /**
   * Changes that close something on paths on which other attackers get the same all the same, so that they are left
   * out.
   */
  readonly partial: readonly { readonly change: string; readonly paths: readonly string[] }[]
  /** Changes that would close more, and that only somebody else can make. */
  readonly others: readonly { readonly change: string; readonly who: string; readonly findings: number }[]
  /** The paths without a verdict, with the reasons. */
  readonly unmodelled: readonly { readonly path: string; readonly reason: string }[]
  readonly patches: readonly FilePatch[]
  /** The things to do by hand. */
  readonly byHand: readonly string[]
  /** The number of changes that were tried, of sets of them, and of simulations. */
  readonly tried: { readonly changes: number; readonly sets: number; readonly simulations: number }
  /** The check after the changes. */
  readonly verification: FixVerification
}

export interface FixVerification {
  /** `import`: the patched files were imported again; `scenario`: the changed scenario was checked again. */
  readonly by: 'import' | 'scenario' | 'nothing'
  /** True if everything that the steps close is closed, nothing new is forbidden, and all workloads complete. */
  readonly holds: boolean
  /**
   * True if nothing at all is left that the policy forbids, the files of all nodes came in, and logs work somewhere.
   */
  readonly passed: boolean
  readonly problems: readonly string[]
  /** The number of changes that no file that came in has, so that they are simulated as if made by hand. */
  readonly byHand: number
  /** The nodes, or the apiservers of nodes, of which no file came in, so that nobody knows what the changes do there. */
  readonly unseen: readonly string[]
  /** The workloads on the way to kubelets of which no request completes, with the changes and also without them. */
  readonly failing: readonly BrokenWorkload[]
  readonly written: boolean
  /** The reason why the files could not be written, where they were to be. */
  readonly unwritable?: string
}
