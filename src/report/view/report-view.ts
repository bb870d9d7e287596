import type { AttackView } from './attack-view.ts'
import type { BreakdownView } from './breakdown-view.ts'
import type { ConnectionView } from './connection-view.ts'
import type { ExpectationView } from './expectation-view.ts'
import type { PerformanceView } from './performance-view.ts'
import type { ReproductionView } from './reproduction-view.ts'
import type { TopologyView } from './topology-view.ts'
import type { VerdictView } from './verdict-view.ts'

/**
 * Everything that a report of one run shows, as a plain value: unescaped texts, and numbers in base units, in the order
 * of display. It is independent of the output format. An HTML file and a web page draw the same view.
 */
export interface ReportView {
  readonly scenario: string
  /** The version of Kubernetes; null without a cluster. */
  readonly kubernetes: string | null
  /** The reason why the run is incomplete; null if it is complete. */
  readonly partial: string | null
  readonly verdict: VerdictView
  readonly facts: readonly FactView[]
  readonly expectations: readonly ExpectationView[]
  readonly topology: TopologyView
  /** The attacks; null without attackers. */
  readonly attacks: AttackView | null
  readonly performance: PerformanceView
  readonly breakdown: BreakdownView
  /** The courses of connections with much traffic, at most one for each path. */
  readonly connections: readonly ConnectionView[]
  /** The number of further paths with much traffic. */
  readonly connectionsLeftOut: number
  readonly reproduction: ReproductionView
}

/** A summary figure of the run. */
export interface FactView {
  readonly label: string
  readonly value: string
  /** A further explanation in a few words; empty for none. */
  readonly note: string
}
