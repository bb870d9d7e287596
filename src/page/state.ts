import { computed, signal } from '@preact/signals'
import type { PacketEntry } from '../packets/packet-entry.ts'
import type { Problem } from '../scenario/problems/problem.ts'
import type {
  AttackOption,
  ClusterCheckView,
  ClusterView,
  ControlsView,
  FixPartView,
  FixView,
  HardenedView,
  LoadedView,
  MatrixView,
  PathCharts,
  Place,
  RunView,
} from './protocol.ts'

/** A scenario that the page offers, with a sentence about it. */
export interface Example {
  readonly name: string
  readonly file: string
  readonly about: string
  readonly text: string
}

/** The views below the picture. */
export const VIEWS = {
  scenario: 'Scenario',
  expanded: 'Expanded',
  messages: 'Messages',
  packets: 'Packets',
  figures: 'Figures',
  matrix: 'Matrix',
  cluster: 'Your cluster',
} as const satisfies Readonly<Record<string, string>>

export type ViewName = keyof typeof VIEWS

/** The state of the page. All that is drawn derives from it. */
export const file = signal('scenario.yaml')
export const text = signal('')
/** The name of the file to which `onpath ui` saves the text; null where nothing can be saved. */
export const savedFile = signal<string | null>(null)
export const loaded = signal<LoadedView | null>(null)
/** The sliders and switches of the loaded scenario. */
export const controls = signal<ControlsView | null>(null)
export const problems = signal<readonly Problem[]>([])
export const ran = signal<RunView | null>(null)
/** The run before the last change, with which the new one is compared. */
export const before = signal<RunView | null>(null)
/** The reason why there is no run, with what to do; null if nothing is wrong. */
export const failure = signal<string | null>(null)
/** The simulated time that a run has reached; null when none is under way. */
export const progressNs = signal<number | null>(null)
export const examples = signal<readonly Example[]>([])
export const view = signal<ViewName>('scenario')
export const place = signal<Place | null>(null)
/** The attacks that fit the selected place; null while they are looked for. */
export const attacks = signal<readonly AttackOption[] | null>(null)
export const hardening = signal<Hardening>({ kind: 'idle' })
/** The text before it was hardened, and its run; null where nothing was. */
export const unhardened = signal<{ readonly text: string; readonly ran: RunView } | null>(null)
export const matrix = signal<Looking<MatrixView>>({ kind: 'idle' })
/** The matrix before the last change, with which the new one is compared. */
export const matrixBefore = signal<MatrixView | null>(null)
export const dissected = signal<Looking<PacketEntry>>({ kind: 'idle' })
export const charts = signal<Looking<PathCharts>>({ kind: 'idle' })
export const expanded = signal('')
/** The real cluster whose files came in; null for a scenario. */
export const cluster = signal<ClusterView | null>(null)
export const checked = signal<Looking<ClusterCheckView>>({ kind: 'idle' })
export const fix = signal<Looking<FixView>>({ kind: 'idle' })
/** The steps of the fix that are ticked. */
export const ticked = signal<readonly number[]>([])
/** The effects of the ticked steps; null until they are simulated. */
export const fixPart = signal<FixPartView | null>(null)
/** A sentence that was said last, for a screen reader too. */
export const notice = signal('')

/** Simulated time. */
export const nowNs = signal(0)
export const isPlaying = signal(false)
export const speed = signal(2)

export type Looking<Value> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'looking'; readonly ended: number; readonly of: number }
  | { readonly kind: 'found'; readonly value: Value }
  | { readonly kind: 'failed'; readonly message: string }

export type Hardening = Looking<HardenedView>

/** The gains of attackers in the real cluster with the steps that are ticked. */
export const openGains = computed(() => {
  const { value } = checked
  if (value.kind !== 'found') return []
  const open = fixPart.value === null ? null : new Set(fixPart.value.open)
  return value.value.gains.filter(({ keys }) => open === null || keys.length === 0 || keys.some((key) => open.has(key)))
})

/** The nodes that are NotReady at the moment that is shown, in one text with a line for each, so that equal ones are equal. */
export const notReady = computed(() => {
  const now = nowNs.value
  return Object.entries(ran.value?.readiness ?? {})
    .filter(([, changes]) => changes.findLast(({ atNs }) => atNs <= now)?.ready === false)
    .map(([name]) => name)
    .join('\n')
})

/** The simulated time that another simulation has reached, which shows a moment that is not kept; null without one. */
export const replayedNs = signal<number | null>(null)

/** The words that are explained, with their meanings; none until they are loaded. */
export const terms = signal<ReadonlyMap<string, string>>(new Map())
/** The names of vantages, techniques and outcomes, which are explained in any sentence. */
export const attackWords = signal<ReadonlySet<string>>(new Set())

export const lengthNs = computed(() => Math.max(1, ran.value?.simulatedNs ?? 1))
