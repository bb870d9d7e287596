import type { Arena } from '../../engine/arena.ts'
import { IndexedTable } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { AttackPlan } from '../attack-plan.ts'
import type { KnowledgeEntry } from '../rows.ts'

/** Kinds of what can be known; what `subject` is of each. */
export const KNOWN_KINDS = [
  /** An index of AttackPlan.tokens: the token itself. */
  'token',
  /** Of `certificates`: the certificate's private key. */
  'certificate-key',
  /** Of `certificates`: what the certificate says. */
  'certificate',
  /** Of `secrets`. */
  'secret',
  /** A path of the plan: the key of a session of one of its connections. */
  'session-key',
  /** A host: its SSH host key, which is public. */
  'host-key',
] as const

/** What allies tell each other: what opens records, or is shown to somebody. */
const TOLD_KINDS: readonly KnownKind[] = ['token', 'certificate-key']

export type KnownKind = (typeof KNOWN_KINDS)[number]

class KnowledgeTable extends IndexedTable<KnowledgeEntry> {
  readonly attacker = this.int32()
  /** The step by which it was learned, which may be an ally's; NONE: known from the start. */
  readonly step = this.int32()
  readonly kind = this.uint8()
  readonly subject = this.int32()
  /** Of whom it was learned: a path of the plan; NONE. */
  readonly path = this.int32()
  readonly tick = this.float64()
  readonly direction = this.int32()
  readonly serial = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** One thing that an attacker learned. */
export interface Known {
  readonly attacker: number
  readonly step: number
  readonly kind: KnownKind
  readonly subject: number
  readonly path: number
  readonly tick: number
  readonly direction: number
  readonly serial: number
}

/** What attackers know, in the order in which they learned it. Nothing is ever forgotten. */
export class KnowledgeLog {
  private readonly table: KnowledgeTable
  private readonly timeline: Timeline
  private readonly plan: AttackPlan
  /** Is told when an attacker has learned a certificate's key, by which more may open. */
  onKeyLearned: ((attacker: number) => void) | null = null

  constructor(arena: Arena, timeline: Timeline, plan: AttackPlan) {
    this.table = new KnowledgeTable(arena)
    this.timeline = timeline
    this.plan = plan
  }

  /** True if it was new. */
  learn(known: Omit<Known, 'tick'>): boolean {
    if (this.knows(known.attacker, known.kind, known.subject)) return false
    const { table } = this
    const row = table.allocate()
    table.attacker[row] = known.attacker
    table.step[row] = known.step
    table.kind[row] = KNOWN_KINDS.indexOf(known.kind)
    table.subject[row] = known.subject
    table.path[row] = known.path
    table.tick[row] = this.timeline.now
    table.direction[row] = known.direction
    table.serial[row] = known.serial
    if (known.kind === 'certificate-key') this.onKeyLearned?.(known.attacker)
    // Allies tell it on in turn, until all know it.
    if (TOLD_KINDS.includes(known.kind))
      for (const ally of this.plan.attackers[known.attacker].allies) this.learn({ ...known, attacker: ally })
    return true
  }

  knows(attacker: number, kind: KnownKind, subject: number): boolean {
    const { table } = this
    const wanted = KNOWN_KINDS.indexOf(kind)
    for (const row of table.everyRow())
      if (table.attacker[row] === attacker && table.kind[row] === wanted && table.subject[row] === subject) return true
    return false
  }

  /** Rows are never released: their order is that of learning. */
  all(): Known[] {
    return Array.from(this.table.everyRow(), (row) => this.at(row))
  }

  private at(row: number): Known {
    const { table } = this
    return {
      attacker: table.attacker[row],
      step: table.step[row],
      kind: KNOWN_KINDS[table.kind[row]],
      subject: table.subject[row],
      path: table.path[row],
      tick: table.tick[row],
      direction: table.direction[row],
      serial: table.serial[row],
    }
  }
}
