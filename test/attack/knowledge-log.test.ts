import { describe, expect, test } from 'vitest'
import { KNOWN_KINDS, KnowledgeLog, type KnownItem } from '../../src/attack/state/knowledge-log.ts'
import { anAttacker, aTimeline } from '../fixtures/event-counts.ts'

const [ME, ALLY, ALLY_OF_ALLY, STRANGER] = [0, 1, 2, 3]
const ITEM: Omit<KnownItem, 'tick'> = {
  attacker: ME,
  step: 1,
  kind: 'secret',
  subject: 2,
  path: 3,
  direction: 4,
  serial: 5,
}

function aLog() {
  const { arena, timeline } = aTimeline()
  const log = new KnowledgeLog(arena, timeline, {
    attackers: [
      anAttacker({ allies: [ALLY], heldTokens: [8], heldCertificates: [9] }),
      anAttacker({ name: 'ally', allies: [ME, ALLY_OF_ALLY] }),
      anAttacker({ name: 'ally-of-ally', allies: [ALLY] }),
      anAttacker({ name: 'stranger' }),
    ],
  })
  return { log, timeline }
}

describe('an item of knowledge', () => {
  test('an item of knowledge is recorded once, with its packet and tick, in the order of learning', () => {
    const { log, timeline } = aLog()
    timeline.now = 10
    expect(log.learn(ITEM)).toBe(true)
    timeline.now = 11
    expect(log.learn({ ...ITEM, serial: 6 })).toBe(false)
    expect(log.learn({ ...ITEM, subject: 7 })).toBe(true)
    expect(log.all()).toEqual([
      { ...ITEM, tick: 10 },
      { ...ITEM, subject: 7, tick: 11 },
    ])
  })

  test('an item of knowledge is looked up by attacker, kind and subject', () => {
    const { log } = aLog()
    expect(log.knows(ME, 'secret', 2)).toBe(false)
    log.learn(ITEM)
    expect(log.knows(ME, 'secret', 2)).toBe(true)
    expect([log.knows(STRANGER, 'secret', 2), log.knows(ME, 'token', 2), log.knows(ME, 'secret', 3)]).toEqual([
      false,
      false,
      false,
    ])
  })

  test.each(KNOWN_KINDS)('a %s is shared with allies, directly and indirectly, only if it opens something', (kind) => {
    const { log } = aLog()
    log.learn({ ...ITEM, kind })
    const isShared = kind === 'token' || kind === 'certificate-key'
    expect([ALLY, ALLY_OF_ALLY, STRANGER].map((one) => log.knows(one, kind, 2))).toEqual([isShared, isShared, false])
    expect(log.all().map(({ attacker, kind: found }) => [attacker, found])).toEqual(
      (isShared ? [ME, ALLY, ALLY_OF_ALLY] : [ME]).map((attacker) => [attacker, kind]),
    )
  })

  test('learning the key of a certificate calls back for each attacker that learned it, and nothing else does', () => {
    const { log } = aLog()
    const learners: number[] = []
    log.onKeyLearned = (attacker) => learners.push(attacker)
    for (const kind of KNOWN_KINDS) log.learn({ ...ITEM, kind })
    expect(learners).toEqual([ME, ALLY, ALLY_OF_ALLY])
  })
})

describe('a credential', () => {
  test('a credential that the attacker had from the start is found by its kind', () => {
    const { log } = aLog()
    const has = (kind: 'token' | 'certificate-key', subject: number) => log.hasCredential(ME, { kind, subject })
    expect([has('token', 8), has('token', 9), has('certificate-key', 9), has('certificate-key', 8)]).toEqual([
      true,
      false,
      true,
      false,
    ])
    expect(log.hasCredential(ALLY, { kind: 'token', subject: 8 })).toBe(false)
  })

  test('a credential is found once the attacker has learned it', () => {
    const { log } = aLog()
    const credential = { kind: 'token', subject: 5 } as const
    expect(log.hasCredential(ME, credential)).toBe(false)
    log.learn({ ...ITEM, ...credential })
    expect(log.hasCredential(ME, credential)).toBe(true)
    expect(log.hasCredential(STRANGER, credential)).toBe(false)
  })
})
