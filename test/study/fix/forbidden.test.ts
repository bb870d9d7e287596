import { describe, expect, test } from 'vitest'
import type { Tried } from '../../../src/measure/check.ts'
import type { VerdictResult } from '../../../src/measure/verdict.ts'
import type { Probe } from '../../../src/study/check/read-check.ts'
import { decides, type Forbidden, isWanted, scopeFor, verdictKey } from '../../../src/study/fix/forbidden.ts'
import { forbidden } from '../../fixtures/fix-world.ts'
import { ON_THE_LINK } from '../../fixtures/ruled-cluster.ts'

const verdict = (change: Partial<Tried>, of: Partial<VerdictResult> = {}): Forbidden => {
  const one = forbidden('a', of)
  return { ...one, tried: { ...one.tried, ...change } }
}
const [CELL, FILED] = [verdict({ place: 'a node' }), verdict({ attack: 'forger' })]

describe('the key of a verdict', () => {
  const keyOf = (change: Partial<Tried>, of: Partial<VerdictResult> = {}) => verdictKey(verdict(change, of).tried)

  test('the key of a matrix cell’s verdict is its place, whatever its attacker is called', () => {
    expect(keyOf({ place: 'a node' }, { attacker: 'x' })).toBe(keyOf({ place: 'a node' }, { attacker: 'y' }))
    expect(keyOf({ place: 'a node' })).not.toBe(keyOf({ place: 'a pod' }))
    expect(keyOf({ place: 'a node' })).not.toBe(keyOf({ place: 'a node', on: { kind: 'link', name: 'wan' } }))
  })

  test('the key of another attack’s verdict is file and attacker', () => {
    expect(keyOf({}, { attacker: 'x' })).not.toBe(keyOf({}, { attacker: 'y' }))
    expect(keyOf({ attack: 'a' })).not.toBe(keyOf({ attack: 'b' }))
    expect(keyOf({ attack: 'a', place: 'a node' }, { attacker: 'x' })).not.toBe(
      keyOf({ attack: 'a', place: 'a node' }, { attacker: 'y' }),
    )
  })

  test('the key of a verdict includes vantage, technique, path and victim', () => {
    const others = [
      keyOf({}, { vantage: 'side' }),
      keyOf({}, { technique: 'tamper' }),
      keyOf({ path: 'exec' }),
      keyOf({}, { path: 'exec' }),
      keyOf({}, { victim: 'node-2' }),
      keyOf({}),
    ]
    expect(new Set(others).size).toBe(others.length)
  })
})

test('the scope of verdicts has each of their attacks and paths once', () => {
  const attacks = ['forger', 'other'].map((name) => ({ name, source: { file: name, text: '' } }))
  const scope = { ...ON_THE_LINK, attacks }
  expect(scopeFor([CELL, FILED, verdict({ path: 'exec' })], scope)).toEqual({
    ...scope,
    attacks: attacks.slice(0, 1),
    paths: ['logs', 'exec'],
  })
})

describe('the probe that decides a verdict', () => {
  const cell = (change: Partial<Record<'path' | 'place' | 'vantage' | 'technique', string>> = {}) => {
    const { path, ...row } = { path: 'logs', place: 'a node', vantage: 'inline', technique: 'relay', ...change }
    return { path, row }
  }
  const probe = (attack: string | null, ...cells: readonly ReturnType<typeof cell>[]) =>
    ({ attack, cells }) as unknown as Probe

  test('the probe that decides a cell’s verdict has its path, place, vantage and technique', () => {
    expect(decides(probe(null, cell({ technique: 'tamper' }), cell()), CELL)).toBe(true)
    for (const key of ['path', 'place', 'vantage', 'technique'])
      expect([key, decides(probe(null, cell({ [key]: 'other' })), CELL)]).toEqual([key, false])
  })

  test('the probe that decides another verdict is its attack file, or the scenario’s attackers', () => {
    const own = verdict({})
    expect([decides(probe('forger'), FILED), decides(probe('other'), FILED), decides(probe(null), FILED)]).toEqual([
      true,
      false,
      false,
    ])
    expect([decides(probe(null), own), decides(probe(null, cell()), own)]).toEqual([true, false])
  })

  test('the probe that decides a verdict is used for any of several verdicts', () => {
    expect([isWanted(probe(null, cell()), [FILED, CELL]), isWanted(probe(null, cell()), [FILED])]).toEqual([
      true,
      false,
    ])
    expect(isWanted(probe(null, cell()), [])).toBe(false)
  })
})
