import type { Party } from '../cluster/paths/path-kind.ts'
import type { WorkloadKind } from '../workload/workload-kind.ts'
import type { Acceptance } from './acceptance.ts'
import type { FixResult } from './fix.ts'
import type { RealNames } from './real-name.ts'
import type { ScannerReport, ScannerResult } from './scanner-result.ts'
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
  /** The tokens and certificates that the attacker has from the start, by name. */
  readonly holds: readonly string[]
  readonly verdict: VerdictResult
  /**
   * The number of equally likely choices of each connection of the path, among endpoints of a service, ends of tunnels
   * and agents; 1 where there is none. Above 1 the exposure is a share of the connections.
   */
  readonly choices: number
  /** The digest of the simulation. */
  readonly digest: string
}

/** A line of a file. */
export interface CausePlace {
  readonly file: string
  readonly line: number
}

/** A reason why an attacker gets something: a setting, a permission, or what no setting changes. */
export interface Cause {
  /** A clause: `the apiserver does not verify kubelet certificates`. */
  readonly what: string
  /** Its source, such as `kube-apiserver.yaml:34`; empty for none. */
  readonly from: string
  /** The place of its source; null where nobody wrote it. */
  readonly at: CausePlace | null
  /** The flag that it is the value of; null for other causes. */
  readonly flag: {
    readonly program: 'kube-apiserver' | 'kubelet'
    readonly name: string
    readonly about: string | null
  } | null
  /** The permission that it is: of a user, by its name in Kubernetes, on a resource; null for other causes. */
  readonly permission: { readonly who: string; readonly resource: string } | null
}

/** A verdict that the policy forbids, or several in which the same servers granted the attacker the same. */
export interface Finding extends Tried {
  /** The paths of these verdicts, as the scenario names them. */
  readonly paths: readonly string[]
  readonly victims: readonly string[]
  /** The outcomes that the policy forbids, worst first. */
  readonly forbidden: readonly Outcome[]
  readonly causes: readonly Cause[]
  /** The rules that forbid them. */
  readonly rules: readonly string[]
  /** Whether acceptances that apply today cover every forbidden outcome. */
  readonly isAccepted: boolean
  /**
   * True if the attacker is a user whose permissions are an assumption about a real cluster; no check fails because of
   * it.
   */
  readonly isAssumed: boolean
  /** The acceptances that apply today. */
  readonly accepted: readonly Acceptance[]
  /** The acceptances whose last day has passed. */
  readonly expired: readonly Acceptance[]
  /** The command that repeats it. */
  readonly reproduce: string
  /** The command that writes a report with its messages and packets; null for the files of a real cluster. */
  readonly look: string | null
}

/**
 * The attackers who get something: who can intercept or observe packets between hosts (`network`), who can reach a server
 * that asks for no credential (`anyone`), who holds a credential (`identity`), root on a node, or a process in a pod.
 */
export interface Holder {
  readonly kind: 'network' | 'anyone' | 'identity' | 'root' | 'process'
  /** The name of the identity in Kubernetes; null for others. */
  readonly identity: string | null
}

/** The gain of one kind of attacker for one reason: findings that differ only in nodes, paths and techniques. */
export interface Gain {
  readonly who: Holder
  /** The findings, the worst first. */
  readonly findings: readonly Finding[]
  /** True if the permissions of the user who gains it are an assumption about a real cluster. */
  readonly isAssumed: boolean
  readonly causes: readonly Cause[]
  /** The hosts between which attackers on a network are; empty for others. */
  readonly between: readonly string[]
  /** The traffic on these paths: its kind, and the party to which it leads. */
  readonly traffic: readonly { readonly kind: WorkloadKind; readonly party: Party }[]
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
  /** The paths that an attacker reached, by name. */
  readonly paths: readonly string[]
  /** The other paths that were attacked, by name: no verdict shows anything about them. */
  readonly unreached: readonly string[]
  /** The paths that exist and are not modelled, so that there is no verdict on them, with the reasons. */
  readonly unmodelled: readonly { readonly path: string; readonly reason: string }[]
  /** The settings that leave paths open: a sentence for each, and the file and line that sets it. */
  readonly weakSettings: readonly (Cause & { readonly path: string })[]
  readonly findings: readonly Finding[]
  /** The statements of scanners about the same files; null for a scenario that was not imported here. */
  readonly scans: readonly ScannerResult[] | null
  /** The report of a scanner that was read in; null for none. */
  readonly scannerReport: ScannerReport | null
  /** The findings in groups, the worst first; those that are accepted are left out. */
  readonly gains: readonly Gain[]
  /** The names in the cluster of what an imported scenario names otherwise, or assumes; empty for another scenario. */
  readonly names: RealNames
  /** The reasons why the check looked at nothing, or at less than was asked for; such a check does not pass. */
  readonly gaps: readonly string[]
  /** The attacks that do not fit the scenario or reach nothing in it. */
  readonly untried: readonly UntriedAttack[]
  /** The acceptances that nothing needs any more. */
  readonly unused: readonly Acceptance[]
  /** The smallest set of changes that closes findings; absent where none was asked for. */
  readonly fix?: FixResult
}
