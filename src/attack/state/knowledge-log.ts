import type { Arena } from '../../engine/arena.ts'
import { IndexedTable } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'
import type { KnowledgeEntry } from '../rows.ts'

/** The kinds of knowledge that an attacker can have, with the meaning of `subject` for each. */
export const KNOWN_KINDS = [
  /** A token; an index of AttackPlan.tokens. */
  'token',
  /** The private key of a certificate, or of an SSH host key; an index of AttackPlan.certificates. */
  'certificate-key',
  /** A certificate without its key; an index of AttackPlan.certificates. */
  'certificate',
  /** An index of AttackPlan.secrets. */
  'secret',
  /** The key of a session on a path; the path's index in the plan. */
  'session-key',
  /** The public SSH host key of a host; the host's index. */
  'host-key',
] as const

/** The kinds that allies share: those that decrypt records or authenticate requests. */
const SHARED_KINDS: readonly KnownKind[] = ['token', 'certificate-key']

export type KnownKind = (typeof KNOWN_KINDS)[number]

class KnowledgeTable extends IndexedTable<KnowledgeEntry> {
  readonly attacker = this.int32()
  readonly step = this.int32()
  readonly kind = this.uint8()
  readonly subject = this.int32()
  readonly path = this.int32()
  readonly tick = this.float64()
  readonly direction = this.int32()
  readonly serial = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** An item of knowledge that an attacker has learned. */
export interface KnownItem {
  readonly attacker: number
  /** The step by which it was learned, which may be an ally's. */
  readonly step: number
  readonly kind: KnownKind
  readonly subject: number
  /** The path on which it was learned; NONE if it belongs to no path. */
  readonly path: number
  readonly tick: number
  /** The packet in which it was learned, see PacketReference. */
  readonly direction: number
  readonly serial: number
}

/** A token or a certificate's private key, by its index in AttackPlan.tokens or AttackPlan.certificates. */
export interface Credential {
  readonly kind: 'token' | 'certificate-key'
  readonly subject: number
}

/** The log of what attackers have learned, in order of time. Nothing is ever removed. */
export class KnowledgeLog {
  private readonly table: KnowledgeTable
  private readonly timeline: Timeline
  private readonly plan: Pick<PlannedAttackers, 'attackers'>
  /** Called when an attacker has learned a certificate's private key, which may decrypt what it has recorded. */
  onKeyLearned: ((attacker: number) => void) | null = null

  constructor(arena: Arena, timeline: Timeline, plan: Pick<PlannedAttackers, 'attackers'>) {
    this.table = new KnowledgeTable(arena)
    this.timeline = timeline
    this.plan = plan
  }

  /** Adds an item, for the attacker and its allies. Returns false when the attacker had learned it before. */
  learn(item: Omit<KnownItem, 'tick'>): boolean {
    if (this.knows(item.attacker, item.kind, item.subject)) return false
    const { table } = this
    const row = table.allocate()
    table.attacker[row] = item.attacker
    table.step[row] = item.step
    table.kind[row] = KNOWN_KINDS.indexOf(item.kind)
    table.subject[row] = item.subject
    table.path[row] = item.path
    table.tick[row] = this.timeline.now
    table.direction[row] = item.direction
    table.serial[row] = item.serial
    if (item.kind === 'certificate-key') this.onKeyLearned?.(item.attacker)
    // An ally shares the item in turn, until all allies know it.
    if (SHARED_KINDS.includes(item.kind))
      for (const ally of this.plan.attackers[item.attacker].allies) this.learn({ ...item, attacker: ally })
    return true
  }

  /**
   * Returns whether the attacker has learned an item. What it had from the start is in the plan, see `hasCredential`.
   */
  knows(attacker: number, kind: KnownKind, subject: number): boolean {
    const { table } = this
    const wanted = KNOWN_KINDS.indexOf(kind)
    for (const row of table.everyRow())
      if (table.attacker[row] === attacker && table.kind[row] === wanted && table.subject[row] === subject) return true
    return false
  }

  /** Returns whether the attacker had the credential from the start, or has learned it. */
  hasCredential(attacker: number, { kind, subject }: Credential): boolean {
    const { heldTokens, heldCertificates } = this.plan.attackers[attacker]
    const held = kind === 'token' ? heldTokens : heldCertificates
    return held.includes(subject) || this.knows(attacker, kind, subject)
  }

  /** All items in the order in which they were learned, which is the order of rows because none is released. */
  all(): KnownItem[] {
    const { table } = this
    return Array.from(table.everyRow(), (row) => ({
      attacker: table.attacker[row],
      step: table.step[row],
      kind: KNOWN_KINDS[table.kind[row]],
      subject: table.subject[row],
      path: table.path[row],
      tick: table.tick[row],
      direction: table.direction[row],
      serial: table.serial[row],
    }))
  }
}
