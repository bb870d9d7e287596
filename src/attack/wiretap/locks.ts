import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { AttackPlan } from '../attack-plan.ts'
import type { Kept, Lock } from '../rows.ts'
import type { KnowledgeLog } from '../state/knowledge-log.ts'

class LockTable extends Table<Lock> {
  readonly attacker = this.int32()
  /** Of AttackPlan.certificates: whose key would open it. */
  readonly certificate = this.int32()
  /** Another lock around it; NONE. */
  readonly outer = this.handle<Lock>()
  readonly firstKept = this.handle<Kept>()
  readonly lastKept = this.handle<Kept>()

  constructor(arena: Arena) {
    super(arena, 8)
    this.attach()
  }
}

/** What would be seen or learned, linked by lock in the order in which it was recorded. */
class KeptTable extends Table<Kept> {
  readonly isKnowledge = this.uint8()
  /** A sight of SIGHTS, or a kind of KNOWN_KINDS. */
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

/** Something that an attacker sees or learns of a packet. */
export interface Finding {
  readonly isKnowledge: boolean
  readonly what: number
  readonly step: number
  readonly path: number
  readonly subject: number
  readonly amount: number
  readonly direction: number
  readonly serial: number
}

/**
 * What attackers have recorded and could not open: under which keys of certificates it lies, and what it shows to whoever
 * has them all. Sessions with forward secrecy open to nobody later, so nothing of them is kept. Alike findings are one,
 * with a sum and the packet of the first, so that long transfers take no room.
 */
export class Locks {
  private readonly locks: LockTable
  private readonly kept: KeptTable
  private readonly plan: AttackPlan
  private readonly knowledge: KnowledgeLog

  constructor(arena: Arena, plan: AttackPlan, knowledge: KnowledgeLog) {
    this.locks = new LockTable(arena)
    this.kept = new KeptTable(arena)
    this.plan = plan
    this.knowledge = knowledge
  }

  /** Inside `outer` (NONE: in the open), and sealed for who has this certificate's key. */
  within(attacker: number, outer: Lock, certificate: number): Lock {
    const { locks } = this
    if (this.hasKey(attacker, certificate)) return outer
    for (const lock of locks.everyRow()) {
      const isIt = locks.attacker[lock] === attacker && locks.certificate[lock] === certificate
      if (isIt && locks.outer[lock] === outer) return lock
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
      if (!this.isAlike(row, finding)) continue
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

  /** An attacker knows one more key: `onOpened` for each lock that it opens, with the lock that is left of it, or NONE. */
  open(attacker: number, onOpened: (lock: Lock, left: Lock, findings: readonly Finding[]) => void): void {
    // New locks are made of what is left; they are not opened again.
    for (const lock of this.locks.everyRow()) {
      if (this.locks.attacker[lock] !== attacker) continue
      const left = this.whatIsLeft(lock)
      if (left !== lock) onOpened(lock, left, this.take(lock))
    }
  }

  private hasKey(attacker: number, certificate: number): boolean {
    const isHeld = this.plan.attackers[attacker].heldCertificates.includes(certificate)
    return isHeld || this.knowledge.knows(attacker, 'certificate-key', certificate)
  }

  private whatIsLeft(lock: Lock): Lock {
    const { attacker, certificate, outer } = this.locks
    const [of, key] = [attacker[lock], certificate[lock]]
    const around = outer[lock] === NONE ? NONE : this.whatIsLeft(outer[lock])
    return this.within(of, around, key)
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

  private isAlike(row: Kept, { isKnowledge, what, step, path, subject }: Finding): boolean {
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
