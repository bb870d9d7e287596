import type { AttackView } from './attack-view.ts'
import type { BreakdownView } from './breakdown-view.ts'
import type { ConnectionView } from './connection-view.ts'
import type { ExpectationView } from './expectation-view.ts'
import type { PerformanceView } from './performance-view.ts'
import type { ReproductionView } from './reproduction-view.ts'
import type { TopologyView } from './topology-view.ts'
import type { VerdictView } from './verdict-view.ts'

/**
 * Everything that a report of one run shows, as a plain value: texts as the scenario has them (not escaped), numbers
 * in base units, in the order in which they are shown. It knows no format. A file in HTML and a web page draw the same
 * view.
 */
export interface ReportView {
  readonly scenario: string
  /** The version of Kubernetes; null without a cluster. */
  readonly kubernetes: string | null
  /** Why the run is not whole; null if it is. */
  readonly partial: string | null
  readonly verdict: VerdictView
  readonly facts: readonly FactView[]
  readonly expectations: readonly ExpectationView[]
  readonly topology: TopologyView
  /** The attacks; null without attackers. */
  readonly attacks: AttackView | null
  readonly performance: PerformanceView
  readonly breakdown: BreakdownView
  /** Connections over time that carry much, at most one of a path. */
  readonly connections: readonly ConnectionView[]
  /** The number of further paths that carry much. */
  readonly connectionsLeftOut: number
  readonly reproduction: ReproductionView
}

/** A figure that sums the run up. */
export interface FactView {
  readonly label: string
  readonly value: string
  /** A further explanation in a few words; empty for none. */
  readonly note: string
}
