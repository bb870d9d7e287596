import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Kept, Lock } from '../rows.ts'
import type { KnowledgeLog } from '../state/knowledge-log.ts'

class LockTable extends Table<Lock> {
  readonly attacker = this.int32()
  /** An index of AttackPlan.certificates, whose private key opens the lock. */
  readonly certificate = this.int32()
  /** The lock that contains this one, so that both must be opened; NONE for none. */
  readonly outer = this.handle<Lock>()
  readonly firstKept = this.handle<Kept>()
  readonly lastKept = this.handle<Kept>()

  constructor(arena: Arena) {
    super(arena, 8)
    this.attach()
  }
}

/** Findings under a lock, linked in the order in which they were recorded. */
class KeptTable extends Table<Kept> {
  readonly isKnowledge = this.int32()
  readonly what = this.int32()
  readonly step = this.int32()
  readonly path = this.int32()
  readonly subject = this.int32()
  readonly amount = this.float64()
  readonly direction = this.int32()
  readonly serial = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** An event, or an item of knowledge, that an attacker finds in a packet. */
export interface Finding {
  readonly isKnowledge: boolean
  /** An index of ATTACK_EVENTS, or of KNOWN_KINDS where it is knowledge. */
  readonly what: number
  readonly step: number
  readonly path: number
  /** The subject of an item of knowledge; NONE of an event. */
  readonly subject: number
  readonly amount: number
  readonly direction: number
  readonly serial: number
}

/**
 * Findings in records that attackers have recorded and cannot decrypt yet. A lock represents the private key of a
 * certificate that the attacker lacks. Sessions with forward secrecy can never be decrypted later, so nothing of them
 * is kept. Equal findings are kept once, with the sum of their amounts and the packet of the first.
 */
export class Locks {
  private readonly locks: LockTable
  private readonly kept: KeptTable
  private readonly knowledge: KnowledgeLog

  constructor(arena: Arena, knowledge: KnowledgeLog) {
    this.locks = new LockTable(arena)
    this.kept = new KeptTable(arena)
    this.knowledge = knowledge
  }

  /**
   * Returns the lock that a certificate's private key opens, inside the lock `outer`. Returns `outer` when the attacker
   * has that key already.
   */
  within(attacker: number, outer: Lock, certificate: number): Lock {
    const { locks } = this
    if (this.knowledge.hasCredential(attacker, { kind: 'certificate-key', subject: certificate })) return outer
    for (const lock of locks.everyRow()) {
      const isSame = locks.attacker[lock] === attacker && locks.certificate[lock] === certificate
      if (isSame && locks.outer[lock] === outer) return lock
    }
    const lock = locks.allocate()
    locks.attacker[lock] = attacker
    locks.certificate[lock] = certificate
    locks.outer[lock] = outer
    return lock
  }

  keep(lock: Lock, finding: Finding): void {
    const { locks, kept } = this
    for (let row = locks.firstKept[lock]; row !== NONE; row = kept.next[row]) {
      if (!this.isEqual(row, finding)) continue
      kept.amount[row] += finding.amount
      return
    }
    const row = kept.allocate()
    kept.isKnowledge[row] = finding.isKnowledge ? 1 : 0
    kept.what[row] = finding.what
    kept.step[row] = finding.step
    kept.path[row] = finding.path
    kept.subject[row] = finding.subject
    kept.amount[row] = finding.amount
    kept.direction[row] = finding.direction
    kept.serial[row] = finding.serial
    const last = locks.lastKept[lock]
    if (last === NONE) locks.firstKept[lock] = row
    else kept.next[last] = row
    locks.lastKept[lock] = row
  }

  /**
   * Opens locks after an attacker has learned a private key. `onOpened` is called for each opened lock, with the
   * remaining one: NONE, or a lock for the keys that are still missing.
   */
  open(attacker: number, onOpened: (lock: Lock, left: Lock, findings: readonly Finding[]) => void): void {
    // New locks stand for the keys that are still missing. They need not be opened again.
    for (const lock of this.locks.everyRow()) {
      if (this.locks.attacker[lock] !== attacker) continue
      const left = this.whatIsLeft(lock)
      if (left !== lock) onOpened(lock, left, this.take(lock))
    }
  }

  private whatIsLeft(lock: Lock): Lock {
    const { attacker, certificate, outer } = this.locks
    const [owner, key] = [attacker[lock], certificate[lock]]
    const around = outer[lock] === NONE ? NONE : this.whatIsLeft(outer[lock])
    return this.within(owner, around, key)
  }

  private take(lock: Lock): Finding[] {
    const { locks, kept } = this
    const findings: Finding[] = []
    for (let row = locks.firstKept[lock]; row !== NONE; ) {
      const next = kept.next[row]
      findings.push({
        isKnowledge: kept.isKnowledge[row] === 1,
        what: kept.what[row],
        step: kept.step[row],
        path: kept.path[row],
        subject: kept.subject[row],
        amount: kept.amount[row],
        direction: kept.direction[row],
        serial: kept.serial[row],
      })
      kept.release(row)
      row = next
    }
    locks.firstKept[lock] = NONE
    locks.lastKept[lock] = NONE
    return findings
  }

  private isEqual(row: Kept, { isKnowledge, what, step, path, subject }: Finding): boolean {
    const { kept } = this
    return (
      (kept.isKnowledge[row] === 1) === isKnowledge &&
      kept.what[row] === what &&
      kept.step[row] === step &&
      kept.path[row] === path &&
      kept.subject[row] === subject
    )
  }
}
