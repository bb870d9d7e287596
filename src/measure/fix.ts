import type { Outcome } from './verdict.ts'

/** The place of a change: a line of a file, or a place of the scenario. */
export interface FixPlace {
  /** The file; null if no file that could be changed was given. */
  readonly file: string | null
  readonly what: string
}

/** The figures of a workload on the links of this cluster. Null for figures that were not measured. */
export interface FixFigures {
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly throughputMbps: number | null
  /** The CPU time that a request needs at both ends, in microseconds. */
  readonly cpuUs: number | null
}

/** The figures of a workload before and after a change. */
export interface FixCost {
  readonly workload: string
  readonly before: FixFigures
  readonly after: FixFigures
}

/** A workload whose requests fail, and the reason that its clients see. */
export interface BrokenWorkload {
  readonly workload: string
  readonly path: string
  readonly completed: number
  readonly of: number
  readonly reason: string
}

/** One change of a fix. Steps are in the order in which they have to be made. */
export interface FixStep {
  /** The change as an instruction: "kube-apiserver: --kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt". */
  readonly change: string
  readonly program: 'kube-apiserver' | 'kubelet' | 'cluster'
  /** The name of the flag or field and its values; null for a change that installs something. */
  readonly flag: string | null
  readonly before: unknown
  readonly after: unknown
  /**
   * The result of a simulation with all other changes: the number of forbidden verdicts that return, the workloads that
   * fail, and whether programs refuse to start. It shows why this step cannot be left out.
   */
  readonly without: {
    readonly findings: number
    readonly broken: readonly BrokenWorkload[]
    readonly isRefused: boolean
  }
  /** The workloads whose figures change with this step. */
  readonly costs: readonly FixCost[]
  /** The features that stop working and are not simulated, as the end of a sentence; null if none are known. */
  readonly breaks: string | null
  readonly places: readonly FixPlace[]
}

/** An order of changes that breaks something on the way. */
export interface WrongOrder {
  /** The change that is made too early, and the change that has to come before it. */
  readonly first: string
  readonly before: string
  readonly broken: readonly BrokenWorkload[]
}

/** A path on which attackers get what the policy forbids, and which no change of a flag closes. */
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
 * The proof that a set of changes is small. `smallest`: no set of fewer changes closes as much. `no-part`: no subset of
 * it closes as much. `none-left-out`: no single change can be left out; leaving out several was not tried.
 */
export type Minimality = 'smallest' | 'no-part' | 'none-left-out'

/** The result of `onpath check --fix` for one scenario or cluster. */
export interface FixResult {
  readonly scenario: string
  readonly kubernetes: string | null
  readonly policy: readonly string[]
  /** The number of verdicts that the policy forbids, and how many of them the steps close. */
  readonly findings: number
  readonly closed: number
  readonly steps: readonly FixStep[]
  /** The proof that the steps are few; null if there are no steps. */
  readonly minimality: Minimality | null
  readonly wrongOrders: readonly WrongOrder[]
  /** The paths that stay open, with the reasons. */
  readonly open: readonly OpenPath[]
  /** Changes that were left out because other attackers still get the same on the paths that they would close. */
  readonly partial: readonly { readonly change: string; readonly paths: readonly string[] }[]
  /** Changes that would close more, but that only someone else can make. */
  readonly others: readonly { readonly change: string; readonly who: string; readonly findings: number }[]
  /** The paths without verdicts, with the reasons. */
  readonly unmodelled: readonly { readonly path: string; readonly reason: string }[]
  readonly patches: readonly FilePatch[]
  /** Instructions for what has to be done by hand. */
  readonly byHand: readonly string[]
  /** The number of changes tried, of sets of changes tried, and of simulations. */
  readonly tried: { readonly changes: number; readonly sets: number; readonly simulations: number }
  /** The check after the changes. */
  readonly verification: FixVerification
}

export interface FixVerification {
  /** `import`: the patched files were imported again; `scenario`: the changed scenario was checked again. */
  readonly by: 'import' | 'scenario' | 'nothing'
  /** True if the steps close what they are meant to close, nothing new is forbidden, and all workloads complete. */
  readonly holds: boolean
  /**
   * True if the policy forbids nothing that is left, the files of all nodes were read, and logs work on at least one
   * path.
   */
  readonly passed: boolean
  readonly problems: readonly string[]
  /** The number of changes to settings that no imported file has. They are simulated as if made by hand. */
  readonly byHand: number
  /**
   * The nodes, or the apiservers of nodes, whose files were not imported. The effect of the changes there is unknown.
   */
  readonly unseen: readonly string[]
  /** The workloads to kubelets without any completed request, both with the changes and without them. */
  readonly failing: readonly BrokenWorkload[]
  readonly written: boolean
  /** The reason why the patched files could not be written; absent if they were written or not asked for. */
  readonly unwritable?: string
}
