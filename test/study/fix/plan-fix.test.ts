import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anonymousEnabled } from '../../../src/cluster/flags/kubelet/authentication-anonymous-enabled.ts'
import { authorizationMode } from '../../../src/cluster/flags/kubelet/authorization-mode.ts'
import { readOnlyPort } from '../../../src/cluster/flags/kubelet/read-only-port.ts'
import type { Outcome } from '../../../src/measure/verdict.ts'
import {
  APPROVER,
  CERTIFICATES,
  type Change,
  type ChangePlace,
  changeKey,
  effortOf,
} from '../../../src/study/fix/change.ts'
import type { Forbidden } from '../../../src/study/fix/forbidden.ts'
import { planFix } from '../../../src/study/fix/plan-fix.ts'
import { openingAmong } from '../../../src/study/fix/verified-plan.ts'
import { forbidden, judgeOf, setting, type World } from '../../fixtures/fix-world.ts'

const [PORT, OTHER_PORT, ANONYMOUS, WEBHOOK] = [
  setting(readOnlyPort, '0'),
  setting(readOnlyPort, '1'),
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

test('a fix has two changes if only both together close a verdict of the same path and technique', async () => {
  const left: World['left'] = (one, has) => (has(PORT) && (one.key === 'a' || has(WEBHOOK)) ? null : one)
  const { order, closed } = await planOf([PORT, ANONYMOUS, WEBHOOK], [forbidden('a'), forbidden('b')], { left })
  expect([order, closed]).toEqual([keys(PORT, WEBHOOK), ['a', 'b']])
  // A verdict of another technique is not searched for.
  const other = forbidden('b', { technique: 'drop', outcomes: ['outage'] })
  expect((await planOf([PORT, ANONYMOUS, WEBHOOK], [forbidden('a'), other], { left })).closed).toEqual(['a'])
})

test('the second of two changes that close a verdict together mends a weak setting, if one does', async () => {
  const place = { pools: [], path: ['authorization', 'mode'], name: 'authorization.mode', isFlag: false }
  const mending = setting(authorizationMode, 'Webhook', [{ ...place, before: 'AlwaysAllow' }])
  const left: World['left'] = (one, has) =>
    has(PORT) && (one.key === 'a' || has(ANONYMOUS) || has(mending)) ? null : one
  const { order } = await planOf([PORT, ANONYMOUS, mending], [forbidden('a'), forbidden('b')], { left })
  expect(order).toEqual(keys(PORT, mending))
})

describe('the order of a fix', () => {
  const failing = [forbidden('a')]
  /** The port may be closed only after an approver is there. */
  const world: World = {
    left: (one, has) => (has(PORT) ? null : one),
    broken: (has) => (has(PORT) && !has(APPROVER) ? ['tail'] : []),
  }

  test.each([[[PORT, APPROVER]], [[APPROVER, PORT]]])(
    'the order of a fix is one in which nothing fails after any change',
    async (candidates) => {
      const { order, closed, open } = await planOf(candidates, failing, world)
      expect(order).toEqual(keys(APPROVER, PORT))
      expect([closed, open]).toEqual([['a'], []])
    },
  )

  test('the order of a fix is explained by what fails in the reverse order', async () => {
    expect((await planOf([PORT, APPROVER], failing, world)).wrongOrders).toEqual([
      { first: changeKey(PORT), before: changeKey(APPROVER), broken: ['tail'] },
    ])
  })

  test('the order of a fix says for each change what is forbidden, and what fails, without it', async () => {
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

  test('the order of a fix says for a refused change what the others do without it', async () => {
    // The port breaks something without an approver, which the cluster refuses without the port.
    const broken: World['broken'] = (has) =>
      has(APPROVER) && !has(PORT) ? null : has(PORT) && !has(APPROVER) ? ['tail'] : []
    const { steps, order, wrongOrders } = await planOf([PORT, APPROVER], failing, { ...world, broken })
    expect(order).toEqual(keys(PORT, APPROVER))
    expect(steps.map(({ without }) => [without.findings, without.broken.length, without.isRefused])).toEqual([
      [0, 0, true],
      [0, 1, false],
    ])
    expect(wrongOrders).toEqual([])
  })

  test('the order of a fix names only the required predecessor of a change', async () => {
    const two = [forbidden('a'), forbidden('b', { path: 'exec' })]
    const left: World['left'] = (one, has) => (has(one.key === 'a' ? PORT : ANONYMOUS) ? null : one)
    const { order, wrongOrders } = await planOf([ANONYMOUS, PORT, APPROVER], two, { ...world, left })
    expect(order).toEqual(keys(ANONYMOUS, APPROVER, PORT))
    expect(wrongOrders).toEqual([{ first: changeKey(PORT), before: changeKey(APPROVER), broken: ['tail'] }])
    const chain: World['broken'] = (has) => [
      ...(has(PORT) && !has(ANONYMOUS) ? ['tail', 'beat'] : []),
      ...(has(ANONYMOUS) && !has(APPROVER) ? ['beat'] : []),
    ]
    const chained = await planOf([PORT, ANONYMOUS, APPROVER], failing, { ...world, broken: chain })
    expect(chained.order).toEqual(keys(APPROVER, ANONYMOUS, PORT))
    expect(chained.wrongOrders).toEqual([
      { first: changeKey(ANONYMOUS), before: changeKey(APPROVER), broken: ['beat'] },
      { first: changeKey(PORT), before: changeKey(ANONYMOUS), broken: ['tail', 'beat'] },
    ])
  })

  test('the order of a fix considers workloads on its paths, and those that fail without a change', async () => {
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

  test('the proof of a small fix is that one change is minimal, or that no single change replaces two', async () => {
    expect(await proven([])).toBe('smallest')
    expect(await proven([ANONYMOUS])).toBe('smallest')
  })

  test('the proof of a small fix is empty without changes', async () => {
    expect(await proven([], { left: (one) => one })).toBe(null)
  })

  test('the proof of a small fix tries all parts of three or four changes, and each omission from five', async () => {
    expect(await proven([ANONYMOUS, WEBHOOK])).toBe('no-part')
    expect(await proven([ANONYMOUS, WEBHOOK, APPROVER])).toBe('no-part')
    expect(await proven([ANONYMOUS, WEBHOOK, APPROVER, CERTIFICATES])).toBe('none-left-out')
  })
})

describe('changes that need each other', () => {
  const CIRCLE = [ANONYMOUS, APPROVER, WEBHOOK, CERTIFICATES]
  /** A world in which the port closes one path, and changes that break things unless all are made another one. */
  const worldOf = (circle: readonly Change[]): World => ({
    left: (one, has) => ((one.key === 'a' && has(PORT)) || (one.key === 'reader' && has(ANONYMOUS)) ? null : one),
    broken: (has) => {
      const missing = circle.findIndex((change) => !has(change))
      return missing < 0 || !circle.some(has) ? [] : circle.slice(missing).map(changeKey)
    },
  })
  // A pod gets all the same what a reader no longer gets.
  const useless = [
    forbidden('reader', { vantage: 'node', place: 'node' }),
    forbidden('pod', { vantage: 'pod', place: 'pod' }),
  ]
  const orderOf = async (count: number, failing: readonly Forbidden[]) => {
    const circle = CIRCLE.slice(0, count)
    return (await planOf([PORT, ...circle], failing, worldOf(circle))).order
  }

  test('dependent changes are left out together, up to three beside a needed one', async () => {
    const failing = [forbidden('a', { path: 'exec' }), ...useless]
    expect(await orderOf(2, failing)).toEqual(keys(PORT))
    expect(await orderOf(3, failing)).toEqual(keys(PORT))
    expect(await orderOf(4, failing)).toHaveLength(5)
  })

  test('dependent changes are left out together if nothing else is needed', async () => {
    expect(await orderOf(2, useless)).toEqual([])
    expect(await orderOf(4, useless)).toEqual([])
    const { partial } = await planOf([PORT, ANONYMOUS, APPROVER], useless, worldOf([ANONYMOUS, APPROVER]))
    expect(partial).toEqual([{ change: changeKey(ANONYMOUS), paths: ['logs'] }])
  })

  test('dependent changes are reduced to the fewest that suffice, if no three do', async () => {
    const CIRCLE_WITH_PORT = [ANONYMOUS, APPROVER, WEBHOOK, PORT]
    // Only all four keep a reader out, who is no reason for them: somebody weaker reads all the same.
    const failing = [
      forbidden('reader', { vantage: 'passive' }),
      forbidden('writer', { vantage: 'inline', outcomes: ['modified', 'read'] }),
      forbidden('weaker', { vantage: 'blind' }),
    ]
    const left: World['left'] = (one, has) => {
      const isWriterOut = has(PORT) || (has(APPROVER) && has(WEBHOOK))
      return (one.key === 'reader' && has(ANONYMOUS)) || (one.key === 'writer' && isWriterOut) ? null : one
    }
    const broken: World['broken'] = (has) => {
      const missing = CIRCLE_WITH_PORT.findIndex((change) => !has(change))
      if (has(ANONYMOUS)) return missing < 0 ? [] : CIRCLE_WITH_PORT.slice(missing).map(changeKey)
      return CIRCLE_WITH_PORT.filter(has).length === 3 ? ['tail'] : []
    }
    expect(await planOf(CIRCLE_WITH_PORT, failing, { left, broken })).toMatchObject({
      order: keys(PORT),
      closed: ['writer'],
      open: ['reader', 'weaker'],
    })
  })
})

describe('the search for a fix', () => {
  /** Returns the keys of the verdicts of each search, which begins with all changes one by one. */
  async function searched(candidates: readonly Change[], failing: readonly Forbidden[], world: World) {
    const judge = judgeOf(world)
    const wanted: string[][] = []
    await planFix(candidates, failing, {
      ...judge,
      forbidden: (sets, some) => {
        if (sets.length === candidates.length && sets.every(({ length }) => length === 1))
          wanted.push(some.map(({ key }) => key))
        return judge.forbidden(sets, some)
      },
    })
    return wanted
  }
  const nothing: World = { left: (one) => one }

  test('the search for a fix continues with the others of a closed place, and not with what nothing closes', async () => {
    const failing = [
      forbidden('weak', { vantage: 'passive' }),
      forbidden('strong', { vantage: 'inline' }),
      forbidden('other', { path: 'exec' }),
    ]
    const left: World['left'] = (one, has) => {
      if (one.key === 'other') return one
      return has(one.key === 'weak' ? PORT : ANONYMOUS) ? null : one
    }
    expect(await searched([PORT, ANONYMOUS], failing, { left })).toEqual([
      ['weak', 'other'],
      ['weak', 'strong'],
    ])
  })

  test('the search for a fix uses the weakest attacker on a path’s links, and one with a place first', async () => {
    const ofPath = (path: string) => [
      forbidden(`inline ${path}`, { path, vantage: 'inline' }),
      forbidden(`passive ${path}`, { path, vantage: 'passive' }),
      forbidden(`side ${path}`, { path, vantage: 'side' }),
      forbidden(`loud ${path}`, { path, vantage: 'inline', place: 'the link that it crosses' }),
      forbidden(`known ${path}`, { path, vantage: 'passive', place: 'the link that it crosses' }),
      forbidden(`again ${path}`, { path, vantage: 'passive', place: 'the link that it crosses' }),
      forbidden(`none ${path}`, { path, vantage: 'passive' }),
      forbidden(`pod ${path}`, { path, vantage: 'pod' }),
    ]
    expect(await searched([PORT, ANONYMOUS], [...ofPath('logs'), ...ofPath('exec')], nothing)).toEqual([
      ['known logs', 'pod logs', 'known exec', 'pod exec'],
    ])
  })

  test('the search for a fix uses one holder of equal permissions, and each user without a place', async () => {
    const failing = [
      forbidden('a', { vantage: 'pod', place: 'app of a', technique: 'direct-request' }),
      forbidden('b', { vantage: 'pod', place: 'app of b', technique: 'direct-request' }),
      forbidden('c', { vantage: 'pod', place: 'app of b', technique: 'impersonate-server' }),
      forbidden('d', { vantage: 'node', place: 'app of b', technique: 'direct-request' }),
      forbidden('e', { vantage: 'user', attacker: 'alice' }),
      forbidden('f', { vantage: 'user', attacker: 'bob' }),
      forbidden('g', { vantage: 'user', attacker: 'bob' }),
      forbidden('h', { vantage: 'user', place: 'a user', attacker: 'carol' }),
      forbidden('i', { vantage: 'user', place: 'a user', attacker: 'dave' }),
    ]
    expect(await searched([PORT, ANONYMOUS], failing, nothing)).toEqual([['a', 'c', 'd', 'e', 'f', 'h']])
  })
})

describe('a fix', () => {
  test('a fix is empty if no change closes a verdict', async () => {
    const found = await planOf([PORT], [forbidden('a')], { left: (one) => one })
    expect(found).toMatchObject({ order: [], closed: [], open: ['a'], wrongOrders: [], partial: [], concerned: [] })
  })

  test('a fix has no change that is not needed, least of all one on every node', async () => {
    const failing = [forbidden('a'), forbidden('b', { path: 'exec' })]
    const left: World['left'] = (one, has) =>
      has(WEBHOOK) || (one.key === 'a' ? has(PORT) : has(CERTIFICATES)) ? null : one
    expect((await planOf([PORT, CERTIFICATES, WEBHOOK], failing, { left })).order).toEqual(keys(WEBHOOK))
  })

  test('a fix closes for the others of a place what it closes for the weakest', async () => {
    const failing = [forbidden('strong', { vantage: 'inline' }), forbidden('weak', { vantage: 'passive' })]
    const left: World['left'] = (one, has) => (has(one.key === 'weak' ? PORT : ANONYMOUS) ? null : one)
    expect(await planOf([PORT, ANONYMOUS], failing, { left })).toMatchObject({
      order: keys(PORT, ANONYMOUS),
      closed: ['strong', 'weak'],
      open: [],
    })
  })

  test('a fix leaves out a change that weaker attackers bypass on the path, and says so', async () => {
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
    'a fix prefers a flag to work on every node, whichever was found first: %#',
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

  test('a fix closes a path for every pod although a privileged user has the same outcome there', async () => {
    const failing = [
      forbidden('pod', { vantage: 'pod', place: 'pod' }),
      forbidden('user', { vantage: 'user', place: 'user' }),
    ]
    const left: World['left'] = (one, has) => (one.key === 'pod' && has(PORT) ? null : one)
    expect(await planOf([PORT], failing, { left })).toMatchObject({ order: keys(PORT), open: ['user'], partial: [] })
  })

  test('a fix leaves out what closes a path for one of two equal attackers, unless it had more there', async () => {
    const left: World['left'] = (one, has) => (one.key === 'a' && has(PORT) ? null : one)
    const orderOf = async (outcomes: readonly Outcome[]) => {
      const failing = [forbidden('a', { vantage: 'pod', place: 'pod', outcomes }), forbidden('b', { vantage: 'pod' })]
      return (await planOf([PORT], failing, { left })).order
    }
    expect(await orderOf(['read'])).toEqual([])
    expect(await orderOf(['modified', 'read'])).toEqual(keys(PORT))
  })

  test('a fix keeps its changes if the next verdict needs another value of the same flag', async () => {
    const failing = [forbidden('weak', { vantage: 'passive' }), forbidden('strong', { vantage: 'inline' })]
    const left: World['left'] = (one, has) => (has(one.key === 'weak' ? PORT : OTHER_PORT) ? null : one)
    expect(await planOf([PORT, OTHER_PORT], failing, { left })).toMatchObject({ order: keys(PORT), open: ['strong'] })
  })

  test('a fix is empty if the cluster refuses all its changes together', async () => {
    const failing = [forbidden('a'), forbidden('b', { path: 'exec' })]
    const left: World['left'] = (one, has) => (has(one.key === 'a' ? PORT : ANONYMOUS) ? null : one)
    const broken: World['broken'] = (has) => (has(PORT) && has(ANONYMOUS) ? null : [])
    expect(await planOf([PORT, ANONYMOUS], failing, { left, broken })).toMatchObject({ order: [], open: ['a', 'b'] })
  })

  test('a fix has no change that undoes another', async () => {
    const failing = [forbidden('one')]
    const left: World['left'] = (one, has) => (has(PORT) && !has(ANONYMOUS) ? null : one)
    expect(await planOf([PORT, ANONYMOUS], failing, { left })).toMatchObject({ order: keys(PORT) })
  })

  test('a fix changes a flag only at the places where it is needed', async () => {
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
    const three = setting(readOnlyPort, '0', [place('a'), place('b'), place('c')])
    const last = setting(readOnlyPort, '0', [place('b'), place('c')])
    const two: World['left'] = (one, has) => (has(three) || has(last) ? null : one)
    expect((await planOf([three], [forbidden('a')], { left: two })).order).toEqual(keys(last))
    const whole: World['left'] = (one, has) => (has(both) ? null : one)
    expect((await planOf([both], [forbidden('a')], { left: whole })).order).toEqual(keys(both))
  })
})

test('sets of changes whose check is refused prove nothing about a fix', async () => {
  const failing = ['a', 'b', 'c'].map((key) => forbidden(key, { path: key }))
  const closers: Record<string, Change> = { a: PORT, b: ANONYMOUS, c: WEBHOOK }
  const judge = judgeOf({ left: (one, has) => (has(closers[one.key]) ? null : one) })
  const planned = (count: number, isRefused: (set: readonly Change[], wanted: readonly Forbidden[]) => boolean) =>
    planFix([PORT, ANONYMOUS, WEBHOOK].slice(0, count), failing.slice(0, count), {
      ...judge,
      forbidden: async (sets, wanted) => {
        const found = await judge.forbidden(sets, wanted)
        return found.map((left, i) => (isRefused(sets[i], wanted) ? null : left))
      },
    })
  const three = await planned(3, (set) => set.length === 2)
  expect([three.steps.length, three.closed.size]).toEqual([3, 3])
  const two = await planned(2, (set, wanted) => set.length === 1 && wanted.length === 1)
  expect([two.steps.length, two.minimality]).toEqual([2, 'smallest'])
})

describe('the changes of a fix that open something', () => {
  /** Returns those that open something where sets of changes do by a rule; null for what the cluster refuses. */
  async function openingBy(rule: (has: (change: Change) => boolean) => boolean | null, changes: readonly Change[]) {
    const opened = [forbidden('new')]
    const found = await openingAmong(changes, opened, {
      among: async (set, verdicts) => {
        expect(verdicts).toBe(opened)
        const isOpened = rule((change) => set.includes(change))
        return isOpened === null ? null : new Map(isOpened ? [['new', opened[0]]] : [])
      },
    })
    return keys(...found)
  }
  const ALL = [PORT, ANONYMOUS, WEBHOOK]

  test('the changes of a fix that open a finding are all that do so alone', async () => {
    expect(await openingBy((has) => has(ANONYMOUS) || has(WEBHOOK), ALL)).toEqual(keys(ANONYMOUS, WEBHOOK))
  })

  test('the changes of a fix that open a finding are the first that do so together', async () => {
    expect(await openingBy((has) => has(ANONYMOUS) && has(WEBHOOK), ALL)).toEqual(keys(ANONYMOUS))
  })

  test('no change of a fix opens a finding if any two do so, or nothing is opened', async () => {
    expect(await openingBy((has) => ALL.filter(has).length > 1, ALL)).toEqual([])
    const among = () => Promise.reject(new Error('nothing is to be simulated'))
    expect(await openingAmong(ALL, [], { among })).toEqual([])
  })

  test('changes of a fix that the cluster refuses do not count as opening a finding', async () => {
    expect(await openingBy((has) => (has(PORT) ? null : has(WEBHOOK)), ALL)).toEqual(keys(WEBHOOK))
  })

  test('the only change of a fix is the one that opens a finding, without a simulation', async () => {
    const among = () => Promise.reject(new Error('nothing is to be simulated'))
    for (const opened of [[], [forbidden('new')]]) expect(await openingAmong([PORT], opened, { among })).toEqual([PORT])
  })
})

/** Changes of different flags, and one that costs work on every node. */
const CHANGES = [PORT, ANONYMOUS, WEBHOOK, APPROVER, CERTIFICATES] as const

/**
 * A world of the five changes: which of them close each of some verdicts, and which other one each needs; none in half of
 * the worlds. What another one needs needs nothing itself, since a search repairs only what its first change breaks.
 */
const anyWorld = fc.record({
  closers: fc.array(fc.uniqueArray(fc.nat(4), { maxLength: 3 }), { minLength: 1, maxLength: 5 }),
  needs: fc.oneof(
    fc.constant<(number | null)[]>([null, null, null, null]),
    fc.tuple(...[3, 2, 1, 0].map((others) => fc.option(fc.nat(others), { freq: 2 }))),
  ),
})

test('a fix closes all that can be closed, with the least effort, in an order in which nothing fails', async () => {
  const sizes: number[] = []
  await fc.assert(
    fc.asyncProperty(anyWorld, async ({ closers, needs }) => {
      const named = needs.map((offset, i) => (offset === null ? null : i + 1 + offset))
      const neededBy = named.map((other) => (other === null || (named[other] ?? null) !== null ? null : other))
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
      // Where one change closes a verdict and breaks nothing, no other is looked at that would have to be repaired.
      if (neededBy.every((other) => other === null)) expect(effort(set)).toBe(Math.min(...holding.map(effort)))
      expect(holding).toContainEqual(set)
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
