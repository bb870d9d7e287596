import type { Party } from '../cluster/paths/path-kind.ts'
import type { WorkloadKind } from '../workload/workload-kind.ts'
import type { Acceptance } from './acceptance.ts'
import type { FixResult } from './fix.ts'
import type { RealNames } from './real-name.ts'
import type { ScannerReport, ScannerResult } from './scanner-result.ts'
import type { CheckAnswer, JudgedUnknown } from './unknown.ts'
import type { Outcome, VerdictResult } from './verdict.ts'

/** One verdict of a check, with the place of its attacker. */
export interface Tried {
  /** The path that the scenario declares. `verdict.path` can instead name the read-only port of its kubelet. */
  readonly path: string
  /** The attack file; null for a cell of the matrix and for an attacker of the scenario. */
  readonly attack: string | null
  /** The role of the attacker's place in the matrix; null for attackers outside the matrix. */
  readonly place: string | null
  /** The host, link or segment of the attacker. */
  readonly on: { readonly kind: string; readonly name: string }
  /** The tokens and certificates that the attacker has from the start, by name. */
  readonly holds: readonly string[]
  readonly verdict: VerdictResult
  /**
   * The number of equally likely routes of each connection of the path (endpoints of a service, tunnels, agents); 1
   * where there is no choice. Above 1, the exposure is a share of the connections.
   */
  readonly choices: number
  /** The digest of the simulation. */
  readonly digest: string
  /**
   * True if the attacker acts as a user whose permissions are assumed, or if each server that the verdict is about is
   * assumed. Such a verdict does not make a check fail.
   */
  readonly isAssumed: boolean
}

/** A line of a file. */
export interface CausePlace {
  readonly file: string
  readonly line: number
}

/**
 * A reason why an attacker gets something: a setting, a permission, or a property of the path that no setting changes.
 */
export interface Cause {
  /** A clause: `the apiserver does not verify kubelet certificates`. */
  readonly what: string
  /** Its source, such as `kube-apiserver.yaml:34`; empty if it has none. */
  readonly from: string
  /** The place of its source; null if nobody wrote it. */
  readonly at: CausePlace | null
  /** The flag whose value is the cause; null for other causes. */
  readonly flag: {
    readonly program: 'kube-apiserver' | 'kubelet'
    readonly name: string
    readonly about: string | null
  } | null
  /** The permission that is the cause. `who` is the name of the user in Kubernetes. Null for other causes. */
  readonly permission: { readonly who: string; readonly resource: string } | null
}

/**
 * A verdict that the policy forbids. It also stands for equal verdicts on other paths where the same servers granted
 * the same.
 */
export interface Finding extends Tried {
  /** The paths of these verdicts, as the scenario names them. */
  readonly paths: readonly string[]
  readonly victims: readonly string[]
  /** The outcomes that the policy forbids, worst first. */
  readonly forbidden: readonly Outcome[]
  readonly causes: readonly Cause[]
  /** The rules that forbid them. */
  readonly rules: readonly string[]
  /** True if acceptances that apply today cover every forbidden outcome. */
  readonly isAccepted: boolean
  /** The acceptances that apply today. */
  readonly accepted: readonly Acceptance[]
  /** The acceptances whose last day has passed. */
  readonly expired: readonly Acceptance[]
  /** The command that reproduces the finding. */
  readonly reproduce: string
  /**
   * The command that writes a report with its messages and packets; null for a scenario imported from a real cluster.
   */
  readonly look: string | null
}

/**
 * A kind of attacker. `network` can intercept or observe packets between hosts, `anyone` can reach a server that asks
 * for no credential, and `identity` holds a credential. The others are root on a node or a process in a pod.
 */
export interface Holder {
  readonly kind: 'network' | 'anyone' | 'identity' | 'root' | 'process'
  /** The name of the identity in Kubernetes; null for others. */
  readonly identity: string | null
}

/** The gain of one kind of attacker for one reason. Its findings differ only in nodes, paths and techniques. */
export interface Gain {
  readonly who: Holder
  /** The findings, the worst first. */
  readonly findings: readonly Finding[]
  /** True if the user and its permissions are assumed, or the servers. */
  readonly isAssumed: boolean
  readonly causes: readonly Cause[]
  /** The hosts between which attackers on a network are placed; empty for other attackers. */
  readonly between: readonly string[]
  /** The kind of traffic on these paths, and the party that receives it. */
  readonly traffic: readonly { readonly kind: WorkloadKind; readonly party: Party }[]
}

/** Rights that a rule or policy of the cluster gives, by which their holder gets what others own. */
export interface Granted {
  /** A noun: `every service account`. */
  readonly who: string
  /** True if anonymous clients, all authenticated ones, all service accounts or all default ones have these rights. */
  readonly isForAll: boolean
  /** Clauses: `create serviceaccounts/token`. */
  readonly rights: readonly string[]
  /** The binding; empty where none is known. */
  readonly what: string
  /** The source, and its place in a file, as of a Cause. */
  readonly from: string
  readonly at: CausePlace | null
  /** True if the policy forbids that somebody has these rights. */
  readonly isForbidden: boolean
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
  /**
   * True if the policy forbids nothing that happened, except what is accepted, everything that the user asked for was
   * tried, and nothing is unknown that could change this.
   */
  readonly passed: boolean
  /** `not known`: nothing failed, and something is unknown that could have. */
  readonly answer: CheckAnswer
  /** The open questions about the cluster; absent for none. */
  readonly unknown?: readonly JudgedUnknown[]
  readonly policy: readonly string[]
  /** The day for which acceptances were judged. */
  readonly today: string
  /** The number of verdicts, and of verdicts whose attacker reached its path. */
  readonly verdicts: number
  readonly reached: number
  readonly simulations: number
  /** The paths that an attacker reached, by name. */
  readonly paths: readonly string[]
  /** The other paths that were attacked, by name. No verdict shows anything about them. */
  readonly unreached: readonly string[]
  /** The paths that exist and are not modelled, with the reasons. There are no verdicts on them. */
  readonly unmodelled: readonly { readonly path: string; readonly reason: string }[]
  /** The rights by which their holders get what others own, those that the policy forbids first; absent for none. */
  readonly granted?: readonly Granted[]
  /** The settings that leave paths open: a sentence for each, and the file and line that sets it. */
  readonly weakSettings: readonly (Cause & { readonly path: string })[]
  readonly findings: readonly Finding[]
  /** The results that scanners give for the same files; null for a scenario that was not imported here. */
  readonly scans: readonly ScannerResult[] | null
  /** The scanner report that was read; null if there was none. */
  readonly scannerReport: ScannerReport | null
  /** The unaccepted findings in groups, the worst first. */
  readonly gains: readonly Gain[]
  /**
   * The names that hosts, users and pods have in the cluster, where an imported scenario uses other names or assumes
   * them; empty if the scenario was not imported.
   */
  readonly names: RealNames
  /** The reasons why the check tested nothing, or less than was asked for. A check with gaps does not pass. */
  readonly gaps: readonly string[]
  /** The attacks that do not fit the scenario or reach nothing in it. */
  readonly untried: readonly UntriedAttack[]
  /** The acceptances that match no finding. */
  readonly unused: readonly Acceptance[]
  /** The smallest set of changes that closes findings; absent if not asked for. */
  readonly fix?: FixResult
}
