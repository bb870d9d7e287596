import type { ImportFile } from '../import/import-file.ts'
import type { NoteKind } from '../import/report/note.ts'
import type { BreakdownNs, Result } from '../measure/result.ts'
import type { Outcome, VerdictResult } from '../measure/verdict.ts'
import type { PacketEntry } from '../packets/packet-entry.ts'
import type { Playback } from '../packets/playback/playback.ts'
import type { BreakdownView } from '../report/view/breakdown-view.ts'
import type { OutcomeLevel } from '../report/view/outcome-level.ts'
import type { TopologyLayout } from '../report/view/topology-layout.ts'
import type { VerdictView } from '../report/view/verdict-view.ts'
import type { Problem } from '../scenario/problems/problem.ts'

/** A change of a scenario's text that a hand makes. */
export type Edit =
  | {
      readonly kind: 'set'
      readonly path: readonly string[]
      readonly value: string | number | boolean | readonly string[]
    }
  | { readonly kind: 'remove'; readonly path: readonly string[] }
  | { readonly kind: 'attacker'; readonly name: string; readonly definition: AttackerDefinition }

/** An attacker as a scenario writes it. */
export interface AttackerDefinition {
  readonly on?: string
  readonly as?: string
  readonly vantage: string
  readonly holds?: readonly string[]
  readonly plan: readonly Readonly<Record<string, unknown>>[]
}

/** A scenario, with the changes that are made before it is read. */
export interface ScenarioText {
  readonly file: string
  readonly text: string
  readonly edits: readonly Edit[]
}

/** A place for an attacker. */
export interface Place {
  readonly kind: 'link' | 'host' | 'segment'
  readonly name: string
}

/** A packet of a playback: the index of its link direction, and its number there. */
export interface PacketPlace {
  readonly direction: number
  readonly serial: number
}

/** The formats of files that the page makes of a run. */
export type ResultFile = 'pcapng' | 'json'

/** A question of the page to a worker. The answers carry the same number. */
export type Question =
  | ({ readonly kind: 'run'; readonly id: number } & ScenarioText)
  | ({ readonly kind: 'attacks'; readonly id: number; readonly place: Place } & ScenarioText)
  | ({ readonly kind: 'harden'; readonly id: number; readonly today: string } & ScenarioText)
  | ({ readonly kind: 'matrix'; readonly id: number; readonly today: string } & ScenarioText)
  | ({ readonly kind: 'file'; readonly id: number; readonly format: ResultFile } & ScenarioText)
  | ({ readonly kind: 'expand'; readonly id: number } & ScenarioText)
  | ({ readonly kind: 'packet'; readonly id: number; readonly packet: PacketPlace } & ScenarioText)
  | ({
      readonly kind: 'charts'
      readonly id: number
      readonly path: string
      readonly simulatedNs: number
    } & ScenarioText)
  | ({ readonly kind: 'moment'; readonly id: number; readonly atNs: number } & ScenarioText)
  | { readonly kind: 'import'; readonly id: number; readonly files: readonly ImportFile[] }
  | { readonly kind: 'check'; readonly id: number; readonly today: string }
  | { readonly kind: 'fix'; readonly id: number }
  | { readonly kind: 'part'; readonly id: number; readonly steps: readonly number[] }
  | { readonly kind: 'rest'; readonly id: number }

export type Answer = { readonly id: number } & (
  | { readonly kind: 'ready' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
  | { readonly kind: 'loaded'; readonly loaded: LoadedView }
  | { readonly kind: 'controls'; readonly controls: ControlsView }
  | { readonly kind: 'progress'; readonly simulatedNs: number; readonly events: number }
  | { readonly kind: 'ran'; readonly ran: RunView }
  | { readonly kind: 'attacks'; readonly attacks: readonly AttackOption[] }
  | { readonly kind: 'tried'; readonly ended: number; readonly of: number }
  | { readonly kind: 'hardened'; readonly hardened: HardenedView }
  | { readonly kind: 'matrix'; readonly matrix: MatrixView }
  | { readonly kind: 'file'; readonly format: ResultFile; readonly file: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'expanded'; readonly text: string }
  | { readonly kind: 'dissected'; readonly entry: PacketEntry }
  | { readonly kind: 'charts'; readonly charts: PathCharts }
  | { readonly kind: 'moment'; readonly played: PlayedView }
  | { readonly kind: 'imported'; readonly cluster: ClusterView; readonly text: string }
  | { readonly kind: 'checked'; readonly check: ClusterCheckView }
  | { readonly kind: 'fixed'; readonly fix: FixView }
  | { readonly kind: 'part'; readonly part: FixPartView }
  | { readonly kind: 'failed'; readonly message: string }
)

/** A scenario that has been read and not yet simulated. */
export interface LoadedView {
  readonly name: string
  readonly seed: number
  readonly topology: TopologyLayout
  readonly warnings: readonly Problem[]
  readonly attackers: readonly AttackerView[]
  /** The hosts of users; without any, those where paths begin. */
  readonly admins: readonly string[]
}

export interface AttackerView {
  readonly name: string
  readonly vantage: string
  readonly on: Place
  readonly techniques: readonly string[]
}

export interface ControlsView {
  readonly links: readonly LinkControl[]
  readonly flags: readonly FlagControl[]
  /** The version of Kubernetes; null without a cluster. */
  readonly version: { readonly minor: number; readonly oldest: number; readonly newest: number } | null
  /** The tunnel of the cluster's paths; null where the scenario has no cluster. */
  readonly tunnel: 'none' | 'ssh' | 'konnectivity' | null
}

/** A link or segment with what sliders change. */
export interface LinkControl {
  readonly section: 'links' | 'segments'
  readonly name: string
  readonly delayNs: number
  readonly lossRatio: number
  /** Null for a link without a rate. */
  readonly rateBps: number | null
}

/** A flag that is set, or a change that closes something. */
export interface FlagControl {
  readonly label: string
  readonly program: string
  readonly isOn: boolean
  /** The changes that turn it the other way. */
  readonly edits: readonly Edit[]
}

/** The packets and messages of a run that are kept, and who sees them. */
export interface PlayedView {
  readonly playback: Playback
  /** The messages that users of the cluster see, and those that each attacker reads, by name. */
  readonly seen: Sightings
  readonly read: Readonly<Record<string, Sightings>>
}

/** A run, as the page shows it. */
export interface RunView extends PlayedView {
  readonly verdict: VerdictView
  /** The outcomes of attacks on what others own, worst first, and the most that somebody noticed of them. */
  readonly words: { readonly outcomes: readonly Outcome[]; readonly noticed: VerdictResult['noticed'] }
  /** The reasons for what attackers get. */
  readonly causes: readonly string[]
  readonly harm: Readonly<Record<string, { readonly outcome: string; readonly level: OutcomeLevel }>>
  readonly breakdown: BreakdownView
  readonly workloads: readonly WorkloadView[]
  readonly verdicts: readonly VerdictResult[]
  readonly marks: readonly TimeMark[]
  /** The changes of the Ready condition of nodes, by name. */
  readonly readiness: Readonly<Record<string, Result['nodes'][number]['transitions']>>
  readonly digest: string
  readonly trafficDigest: string
  readonly ended: Result['ended']
  readonly simulatedNs: number
  readonly events: number
  readonly packets: number
  readonly expectations: Result['expectations']
}

/** Messages in the order in which somebody sees them: indexes of the playback, and times. */
export interface Sightings {
  readonly message: Int32Array
  readonly atNs: Float64Array
  /** The times of those that are typed keys. */
  readonly keysAtNs: Float64Array
}

export interface WorkloadView {
  readonly name: string
  readonly path: string
  readonly completed: number
  readonly failed: number
  readonly p50Ms: number | null
  readonly breakdownNs: BreakdownNs
}

/** A moment to which the clock can jump. */
export interface TimeMark {
  readonly atNs: number
  readonly kind: 'attack' | 'evidence' | 'dial' | 'not-ready'
  readonly text: string
}

/** An attack that fits a place. */
export interface AttackOption {
  readonly technique: string
  readonly vantage: string
  readonly path: string
  readonly meaning: string
  readonly definition: AttackerDefinition
}

/** The changes that close the findings of the attackers of a scenario. */
export interface HardenedView {
  readonly findings: number
  readonly closed: number
  readonly steps: readonly { readonly change: string; readonly costs: readonly string[] }[]
  /** The scenario with the changes; null where none closes anything. */
  readonly text: string | null
  /** The paths that stay open, and why. */
  readonly open: readonly string[]
  readonly simulations: number
}

/** Outcomes by attack and path. */
export interface MatrixView {
  readonly paths: readonly string[]
  readonly rows: readonly {
    readonly name: string
    readonly cells: readonly (MatrixCellView | null)[]
  }[]
}

export interface MatrixCellView {
  readonly outcome: string
  readonly level: OutcomeLevel
}

/** A real cluster whose files came in. */
export interface ClusterView {
  /** The folder, or the first file. */
  readonly name: string
  readonly files: number
  readonly notes: readonly { readonly kind: NoteKind; readonly text: string }[]
}

/** The check of a real cluster. */
export interface ClusterCheckView {
  readonly passed: boolean
  readonly policy: readonly string[]
  readonly simulations: number
  readonly verdicts: number
  readonly gains: readonly GainView[]
  /** The paths without a verdict, and what was not checked, with the reasons. */
  readonly gaps: readonly string[]
}

/** Something that attackers gain in a real cluster, with its causes in the files. */
export interface GainView {
  /** The attackers, and their gain. */
  readonly sentence: string
  /** The reasons, each with its file and line. */
  readonly causes: readonly string[]
  readonly outcomes: readonly MatrixCellView[]
  readonly evidence: readonly string[]
  /** The links, segments and hosts of the attackers. */
  readonly places: readonly Place[]
  /** The keys of its verdicts that count for a fix; none where the gain depends on an assumption. */
  readonly keys: readonly string[]
  /** The assumption that the gain depends on; null for none. */
  readonly assumption: string | null
  readonly reproduce: string
}

/** The changes that close findings in the files of a real cluster. */
export interface FixView {
  readonly findings: number
  readonly closed: number
  readonly steps: readonly FixStepView[]
  readonly wrongOrders: readonly string[]
  readonly byHand: readonly string[]
  /** The paths that stay open, with the reasons. */
  readonly open: readonly string[]
  /** Unified diffs, one after the other. */
  readonly patch: string
  readonly simulations: number
}

export interface FixStepView {
  readonly change: string
  readonly places: readonly string[]
  readonly without: string
  readonly costs: string
  readonly breaks: string | null
}

/** The effects of some of the changes of a fix. */
export interface FixPartView {
  readonly steps: readonly number[]
  /** The keys of the verdicts that are still open. */
  readonly open: readonly string[]
  readonly broken: readonly string[]
  /** The links that the failing workloads cross, and the ports of segments, such as `lan/node-1`. */
  readonly brokenMedia: readonly string[]
  readonly isRefused: boolean
  /** The edits that make these changes in the text of the scenario, which has those before. */
  readonly edits: readonly Edit[]
}

/** Figures over time of the connections of a path and the links that it crosses. */
export interface PathCharts {
  readonly path: string
  readonly charts: readonly ChartView[]
}

export interface ChartView {
  readonly title: string
  readonly unit: string
  /** A description of the figure. */
  readonly meaning: string
  readonly lines: readonly ChartLine[]
}

export interface ChartLine {
  readonly name: string
  readonly ticksNs: Float64Array
  readonly values: Float64Array
}
