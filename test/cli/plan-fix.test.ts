import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Forbidden } from '../../src/cli/fix/bench.ts'
import { planFix } from '../../src/cli/fix/plan-fix.ts'
import { anonymousEnabled } from '../../src/cluster/flags/kubelet/authentication-anonymous-enabled.ts'
import { authorizationMode } from '../../src/cluster/flags/kubelet/authorization-mode.ts'
import { readOnlyPort } from '../../src/cluster/flags/kubelet/read-only-port.ts'
import {
  APPROVER,
  CERTIFICATES,
  type Change,
  type ChangePlace,
  changeKey,
  effortOf,
} from '../../src/scenario/fix/change.ts'
import { forbidden, judgeOf, setting, type World } from '../fixtures/fix-world.ts'

const [PORT, ANONYMOUS, WEBHOOK] = [
  setting(readOnlyPort, '0'),
  setting(anonymousEnabled, 'false'),
  setting(authorizationMode, 'Webhook'),
]

async function planOf(candidates: readonly Change[], failing: readonly Forbidden[], world: World) {
  const { steps, closed, open, wrongOrders, concerned, partial, minimality } = await planFix(
    candidates,
    failing,
    judgeOf(world),
  )
  return {
    steps,
    minimality,
    order: steps.map(({ change }) => changeKey(change)),
    closed: [...closed].sort((a, b) => (a < b ? -1 : 1)),
    open: open.map(({ key }) => key),
    wrongOrders: wrongOrders.map(({ first, before, broken }) => ({
      first: changeKey(first),
      before: changeKey(before),
      broken: broken.map(({ workload }) => workload),
    })),
    concerned,
    partial: partial.map(({ change, paths }) => ({ change: changeKey(change), paths })),
  }
}

const keys = (...changes: readonly Change[]) => changes.map(changeKey)

describe('the order of a fix', () => {
  const failing = [forbidden('a')]
  /** The port may be closed only after an approver is there. */
  const world: World = {
    left: (one, has) => (has(PORT) ? null : one),
    broken: (has) => (has(PORT) && !has(APPROVER) ? ['tail'] : []),
  }

  test.each([[[PORT, APPROVER]], [[APPROVER, PORT]]])(
    'is one in which nothing fails after any change',
    async (candidates) => {
      const { order, closed, open } = await planOf(candidates, failing, world)
      expect(order).toEqual(keys(APPROVER, PORT))
      expect([closed, open]).toEqual([['a'], []])
    },
  )

  test('comes with what fails the other way round', async () => {
    expect((await planOf([PORT, APPROVER], failing, world)).wrongOrders).toEqual([
      { first: changeKey(PORT), before: changeKey(APPROVER), broken: ['tail'] },
    ])
  })

  test('says of each change what is forbidden, and what fails, without it', async () => {
    const { steps } = await planOf([PORT, APPROVER], failing, world)
    expect(steps.map(({ without }) => [without.findings, without.broken.map(({ workload }) => workload)])).toEqual([
      [0, ['tail']],
      [1, []],
    ])
    expect(steps.map(({ before, after }) => [before.broken.length, after.broken.length])).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  test('concerns the workloads on paths that it closes, and those that fail without a change', async () => {
    expect((await planOf([PORT, APPROVER], failing, world)).concerned).toEqual(['tail'])
    const onBeats = [forbidden('a', { path: 'beats' })]
    expect((await planOf([PORT], onBeats, { left: world.left })).concerned).toEqual(['beat'])
  })
})

describe('the proof that a fix is small', () => {
  /** Breaks something unless all of some changes are made with the port. */
  const needing = (changes: readonly Change[]): World => ({
    left: (one, has) => (has(PORT) ? null : one),
    broken: (has) => (has(PORT) ? changes.filter((change) => !has(change)).map(changeKey) : []),
  })
  const proven = async (changes: readonly Change[], world = needing(changes)) =>
    (await planOf([PORT, ...changes], [forbidden('a')], world)).minimality

  test('is that one change is the smallest set, and that two are where no single change does the same', async () => {
    expect(await proven([])).toBe('smallest')
    expect(await proven([ANONYMOUS])).toBe('smallest')
  })

  test('is nothing where nothing is changed', async () => {
    expect(await proven([], { left: (one) => one })).toBe(null)
  })

  test('is that no part of three changes does it', async () => {
    expect(await proven([ANONYMOUS, WEBHOOK])).toBe('no-part')
  })
})

describe('a fix', () => {
  test('is empty where nothing closes anything', async () => {
    const found = await planOf([PORT], [forbidden('a')], { left: (one) => one })
    expect(found).toMatchObject({ order: [], closed: [], open: ['a'], wrongOrders: [], partial: [], concerned: [] })
  })

  test('has no change that the rest does without, least of all one on every node', async () => {
    const failing = [forbidden('a'), forbidden('b', { path: 'exec' })]
    const left: World['left'] = (one, has) =>
      has(WEBHOOK) || (one.key === 'a' ? has(PORT) : has(CERTIFICATES)) ? null : one
    expect((await planOf([PORT, CERTIFICATES, WEBHOOK], failing, { left })).order).toEqual(keys(WEBHOOK))
  })

  test('closes for the others of a place what it closes for the weakest of them', async () => {
    const failing = [forbidden('strong', { vantage: 'inline' }), forbidden('weak', { vantage: 'passive' })]
    const left: World['left'] = (one, has) => (has(one.key === 'weak' ? PORT : ANONYMOUS) ? null : one)
    expect(await planOf([PORT, ANONYMOUS], failing, { left })).toMatchObject({
      order: keys(PORT, ANONYMOUS),
      closed: ['strong', 'weak'],
      open: [],
    })
  })

  test('leaves out what closes a path for some while weaker attackers get the same there, and says so', async () => {
    const failing = [
      forbidden('reader', { vantage: 'node', place: 'node' }),
      forbidden('pod', { vantage: 'pod', place: 'pod' }),
    ]
    const left: World['left'] = (one, has) => (one.key === 'reader' && has(PORT) ? null : one)
    expect(await planOf([PORT], failing, { left })).toMatchObject({
      order: [],
      open: ['reader', 'pod'],
      partial: [{ change: changeKey(PORT), paths: ['logs'] }],
    })
  })

  test.each([[[PORT, CERTIFICATES]], [[CERTIFICATES, PORT]]])(
    'does without work on every node rather than without a flag, whichever was found first: %#',
    async (candidates) => {
      // What each of the two closes for a reader, a pod gets all the same; either closes the path of the commands.
      const failing = [
        forbidden('reader', { vantage: 'node', place: 'node' }),
        forbidden('pod', { vantage: 'pod', place: 'pod' }),
        forbidden('other reader', { path: 'metrics', vantage: 'node', place: 'node' }),
        forbidden('other pod', { path: 'metrics', vantage: 'pod', place: 'pod' }),
        forbidden('runner', { path: 'exec' }),
      ]
      const left: World['left'] = (one, has) => {
        const isClosed: Record<string, boolean> = {
          reader: has(PORT),
          'other reader': has(CERTIFICATES),
          runner: has(PORT) || has(CERTIFICATES),
        }
        return isClosed[one.key] === true ? null : one
      }
      expect(await planOf(candidates, failing, { left })).toMatchObject({
        order: keys(PORT),
        closed: ['reader', 'runner'],
        partial: [{ change: changeKey(CERTIFICATES), paths: ['metrics'] }],
      })
    },
  )

  test('closes a path for every pod although a user with many rights gets the same there', async () => {
    const failing = [
      forbidden('pod', { vantage: 'pod', place: 'pod' }),
      forbidden('user', { vantage: 'user', place: 'user' }),
    ]
    const left: World['left'] = (one, has) => (one.key === 'pod' && has(PORT) ? null : one)
    expect(await planOf([PORT], failing, { left })).toMatchObject({ order: keys(PORT), open: ['user'], partial: [] })
  })

  test('goes without a change that undoes another one', async () => {
    const failing = [forbidden('one')]
    const left: World['left'] = (one, has) => (has(PORT) && !has(ANONYMOUS) ? null : one)
    expect(await planOf([PORT, ANONYMOUS], failing, { left })).toMatchObject({ order: keys(PORT) })
  })

  test('changes a flag only at the places where it is needed', async () => {
    const place = (pool: string): ChangePlace => ({
      pools: [pool],
      path: ['cluster', pool],
      name: 'read-only-port',
      isFlag: true,
      before: '10255',
    })
    const both = setting(readOnlyPort, '0', [place('a'), place('b')])
    const needed = setting(readOnlyPort, '0', [place('b')])
    const left: World['left'] = (one, has) => (has(both) || has(needed) ? null : one)
    expect((await planOf([both], [forbidden('a')], { left })).order).toEqual(keys(needed))
    // The port of pool a breaks something that another change repairs; neither is needed.
    const world: World = { left, broken: (has) => (has(both) && !has(ANONYMOUS) ? ['tail'] : []) }
    expect((await planOf([both, ANONYMOUS], [forbidden('a')], world)).order).toEqual(keys(needed))
    const whole: World['left'] = (one, has) => (has(both) ? null : one)
    expect((await planOf([both], [forbidden('a')], { left: whole })).order).toEqual(keys(both))
  })
})

/** Changes of different flags, and one that costs work on every node. */
const CHANGES = [PORT, ANONYMOUS, WEBHOOK, APPROVER, CERTIFICATES] as const

/** A world of the five changes: which of them close each of some verdicts, and which other one each needs. */
const anyWorld = fc.record({
  closers: fc.array(fc.uniqueArray(fc.nat(4), { maxLength: 3 }), { minLength: 1, maxLength: 5 }),
  needs: fc.tuple(...[3, 2, 1, 0].map((others) => fc.option(fc.nat(others), { freq: 1 }))),
})

test('a fix closes all that can be closed, with the least effort, in an order in which nothing fails', async () => {
  const sizes: number[] = []
  await fc.assert(
    fc.asyncProperty(anyWorld, async ({ closers, needs }) => {
      const neededBy = needs.map((offset, i) => (offset === null ? null : i + 1 + offset))
      const failing = closers.map((_, i) => forbidden(`v${i}`, { path: `p${i}` }))
      const brokenBy = (has: (change: Change) => boolean) =>
        neededBy.flatMap((other, i) => (other !== null && has(CHANGES[i]) && !has(CHANGES[other]) ? [`w${i}`] : []))
      const isClosed = (i: number, has: (change: Change) => boolean) => closers[i].some((one) => has(CHANGES[one]))
      const world: World = {
        left: (one, has) => (isClosed(Number(one.key.slice(1)), has) ? null : one),
        broken: brokenBy,
      }
      const hasOf = (set: readonly Change[]) => (change: Change) => set.includes(change)
      const closedBy = (set: readonly Change[]) => closers.flatMap((_, i) => (isClosed(i, hasOf(set)) ? [`v${i}`] : []))
      const effort = (set: readonly Change[]) => set.reduce((sum, change) => sum + effortOf(change), 0)
      const closable = closedBy(CHANGES)
      const subsets = Array.from({ length: 32 }, (_, bits) => CHANGES.filter((_change, i) => ((bits >> i) & 1) === 1))
      const holding = subsets.filter(
        (set) => brokenBy(hasOf(set)).length === 0 && closedBy(set).length === closable.length,
      )
      const { order, steps, closed, open, concerned, partial, minimality, wrongOrders } = await planOf(
        CHANGES,
        failing,
        world,
      )
      const set = CHANGES.filter((change) => order.includes(changeKey(change)))
      sizes.push(set.length)
      expect(set).toHaveLength(order.length)
      expect([closed, open]).toEqual([closable, failing.map(({ key }) => key).filter((key) => !closable.includes(key))])
      expect(effort(set)).toBe(Math.min(...holding.map(effort)))
      const inOrder = steps.map(({ change }) => change)
      for (const [i, { change, without, before, after }] of steps.entries()) {
        expect([before.broken, after.broken]).toEqual([[], []])
        expect(brokenBy(hasOf(inOrder.slice(0, i + 1)))).toEqual([])
        const rest = inOrder.filter((one) => one !== change)
        const names = brokenBy(hasOf(rest))
        expect([without.findings, without.broken.map(({ workload }) => workload)]).toEqual([
          closable.length - closedBy(rest).length,
          names,
        ])
        expect(names.length > 0 || closedBy(rest).length < closable.length).toBe(true)
      }
      const failingNames = steps.flatMap(({ without }) => without.broken.map(({ workload }) => workload))
      expect([concerned, partial]).toEqual([[...new Set(failingNames)], []])
      const isAlone = holding.some(({ length }) => length === 1)
      const count = set.length
      expect(minimality).toBe(
        count === 0
          ? null
          : count === 1 || (count === 2 && !isAlone)
            ? 'smallest'
            : count <= 4
              ? 'no-part'
              : 'none-left-out',
      )
      const early = inOrder.flatMap((first, i) =>
        inOrder.slice(0, i).flatMap((one) => {
          const prefix = inOrder.slice(0, i).filter((other) => other !== one)
          const broken = brokenBy(hasOf([...prefix, first]))
          return brokenBy(hasOf(prefix)).length > 0 || broken.length === 0
            ? []
            : [{ first: changeKey(first), before: changeKey(one), broken }]
        }),
      )
      expect(wrongOrders).toEqual(early)
    }),
  )
  expect(new Set(sizes).size).toBeGreaterThan(2)
})
