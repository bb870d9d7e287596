import { describe, expect, test } from 'vitest'
import type { Lock } from '../../src/attack/rows.ts'
import { KnowledgeLog } from '../../src/attack/state/knowledge-log.ts'
import { type Finding, Locks } from '../../src/attack/wiretap/locks.ts'
import { NONE } from '../../src/engine/table.ts'
import { anAttacker, aTimeline } from '../fixtures/event-counts.ts'

const [ME, OTHER] = [0, 1]
const [CERTIFICATE, OUTER_CERTIFICATE, HELD] = [0, 1, 2]

const FINDING: Finding = {
  isKnowledge: false,
  what: 1,
  step: 2,
  path: 3,
  subject: NONE,
  amount: 10,
  direction: 4,
  serial: 5,
}

function someLocks() {
  const { arena, timeline } = aTimeline()
  const knowledge = new KnowledgeLog(arena, timeline, {
    attackers: [anAttacker({ heldCertificates: [HELD] }), anAttacker({ name: 'other' })],
  })
  const learn = (subject: number, attacker = ME) =>
    knowledge.learn({ attacker, step: 0, kind: 'certificate-key', subject, path: 0, direction: 0, serial: 0 })
  const locks = new Locks(arena, knowledge)
  const opened = (attacker = ME) => {
    const all: { lock: Lock; left: Lock; findings: readonly Finding[] }[] = []
    locks.open(attacker, (lock, left, findings) => all.push({ lock, left, findings }))
    return all
  }
  return { locks, learn, opened }
}

describe('a lock', () => {
  test('there is one lock for each attacker, certificate and outer lock', () => {
    const { locks } = someLocks()
    const lock = locks.within(ME, NONE, CERTIFICATE)
    expect(lock).not.toBe(NONE)
    expect(locks.within(ME, NONE, CERTIFICATE)).toBe(lock)
    const others = [
      locks.within(OTHER, NONE, CERTIFICATE),
      locks.within(ME, NONE, OUTER_CERTIFICATE),
      locks.within(ME, lock, OUTER_CERTIFICATE),
    ]
    expect(new Set([lock, ...others]).size).toBe(4)
    expect(locks.within(ME, lock, OUTER_CERTIFICATE)).toBe(others[2])
  })

  test('no lock is made for an attacker that holds or has learned the key', () => {
    const { locks, learn } = someLocks()
    const outer = locks.within(ME, NONE, OUTER_CERTIFICATE)
    expect(locks.within(ME, outer, HELD)).toBe(outer)
    expect(locks.within(OTHER, NONE, HELD)).not.toBe(NONE)
    learn(CERTIFICATE)
    expect(locks.within(ME, NONE, CERTIFICATE)).toBe(NONE)
    expect(locks.within(OTHER, NONE, CERTIFICATE)).not.toBe(NONE)
  })
})

describe('findings under a lock', () => {
  test('findings under a lock are reported once, in order, when the attacker learns the key', () => {
    const { locks, learn, opened } = someLocks()
    const lock = locks.within(ME, NONE, CERTIFICATE)
    const all = [FINDING, { ...FINDING, isKnowledge: true, subject: 7 }, { ...FINDING, step: 9 }]
    for (const finding of all) locks.keep(lock, finding)
    expect(opened()).toEqual([])
    learn(CERTIFICATE)
    expect(opened()).toEqual([{ lock, left: NONE, findings: all }])
    expect(opened()).toEqual([{ lock, left: NONE, findings: [] }])
  })

  test('equal findings under a lock are merged, with the sum of their amounts and the packet of the first', () => {
    const { locks, learn, opened } = someLocks()
    const lock = locks.within(ME, NONE, CERTIFICATE)
    locks.keep(lock, { ...FINDING, step: 1 })
    locks.keep(lock, FINDING)
    locks.keep(lock, { ...FINDING, amount: 3, direction: 8, serial: 9 })
    locks.keep(lock, { ...FINDING, step: 1, amount: 1 })
    learn(CERTIFICATE)
    expect(opened()[0].findings).toEqual([
      { ...FINDING, step: 1, amount: 11 },
      { ...FINDING, amount: 13 },
    ])
  })

  test.each<Partial<Finding>>([{ isKnowledge: true }, { what: 9 }, { step: 9 }, { path: 9 }, { subject: 9 }])(
    'findings under a lock that differ in %o are kept apart',
    (difference) => {
      const { locks, learn, opened } = someLocks()
      const lock = locks.within(ME, NONE, CERTIFICATE)
      for (const finding of [FINDING, { ...FINDING, ...difference }, FINDING]) locks.keep(lock, finding)
      learn(CERTIFICATE)
      expect(opened()[0].findings).toEqual([
        { ...FINDING, amount: 20 },
        { ...FINDING, ...difference },
      ])
    },
  )

  test('findings of other attackers, and under other keys, stay locked', () => {
    const { locks, learn, opened } = someLocks()
    const [others, another] = [locks.within(OTHER, NONE, CERTIFICATE), locks.within(ME, NONE, OUTER_CERTIFICATE)]
    locks.keep(others, FINDING)
    locks.keep(another, FINDING)
    learn(CERTIFICATE)
    expect(opened()).toEqual([])
    learn(CERTIFICATE, OTHER)
    expect(opened(ME)).toEqual([])
    expect(opened(OTHER)).toEqual([{ lock: others, left: NONE, findings: [FINDING] }])
  })

  test('findings under two locks need both keys, whichever is learned first', () => {
    for (const first of [CERTIFICATE, OUTER_CERTIFICATE]) {
      const { locks, learn, opened } = someLocks()
      const outer = locks.within(ME, NONE, OUTER_CERTIFICATE)
      const inner = locks.within(ME, outer, CERTIFICATE)
      locks.keep(inner, FINDING)
      learn(first)
      const [after] = opened().filter(({ lock }) => lock === inner)
      expect(after.findings).toEqual([FINDING])
      expect(after.left).not.toBe(NONE)
      locks.keep(after.left, FINDING)
      learn(first === CERTIFICATE ? OUTER_CERTIFICATE : CERTIFICATE)
      expect(opened().filter(({ lock }) => lock === after.left)).toEqual([
        { lock: after.left, left: NONE, findings: [FINDING] },
      ])
    }
  })
})
