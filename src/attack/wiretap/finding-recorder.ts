import { NONE } from '../../engine/table.ts'
import type { AttackRecord } from '../attack-record.ts'
import type { Lock } from '../rows.ts'
import { ATTACK_EVENTS, type AttackEvent, type PacketReference } from '../state/event-counts.ts'
import { KNOWN_KINDS, type KnownKind } from '../state/knowledge-log.ts'
import { USED_TECHNIQUES } from '../techniques.ts'
import type { Finding, Locks } from './locks.ts'

/** The events that are counted as actions of passive techniques. */
const READ_EVENTS: readonly AttackEvent[] = ['request-read', 'answer-read', 'key-read', 'chunk-read']

/** Records events and knowledge, at once or, for encrypted data, when the attacker has learned the keys. */
export class FindingRecorder {
  private readonly attack: AttackRecord
  private readonly locks: Locks

  constructor(attack: AttackRecord, locks: Locks) {
    this.attack = attack
    this.locks = locks
  }

  /** Adds `amount` to an event of each of the steps. */
  addEvent(
    { direction, serial }: PacketReference,
    lock: Lock,
    steps: readonly number[],
    path: number,
    event: AttackEvent,
    amount: number,
  ): void {
    const what = ATTACK_EVENTS.indexOf(event)
    for (const step of steps)
      this.record(lock, { isKnowledge: false, what, step, path, subject: NONE, amount, direction, serial })
  }

  /** Records an item of knowledge, attributed to the first of the steps. Without a step nothing is learned. */
  learn(
    { direction, serial }: PacketReference,
    lock: Lock,
    steps: readonly number[],
    path: number,
    kind: KnownKind,
    subject: number,
  ): void {
    if (steps.length === 0) return
    const what = KNOWN_KINDS.indexOf(kind)
    this.record(lock, { isKnowledge: true, what, step: steps[0], path, subject, amount: 0, direction, serial })
  }

  record(lock: Lock, finding: Finding): void {
    if (lock === NONE) this.publish(finding)
    else this.locks.keep(lock, finding)
  }

  private publish({ isKnowledge, what, step, path, subject, amount, direction, serial }: Finding): void {
    const { plan, state, knowledge, events } = this.attack
    const { attacker, technique } = plan.steps[step]
    if (isKnowledge) {
      knowledge.learn({ attacker, step, kind: KNOWN_KINDS[what], subject, path, direction, serial })
      return
    }
    const event = ATTACK_EVENTS[what]
    events.add(step, path, event, amount, direction, serial)
    if (USED_TECHNIQUES[technique].isPassive && READ_EVENTS.includes(event)) state.recordAct(step)
  }
}
