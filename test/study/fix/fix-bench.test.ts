import { describe, expect, test } from 'vitest'
import type { FailureResult, WorkloadResult } from '../../../src/measure/result.ts'
import { checkTree, readTree } from '../../../src/scenario/load.ts'
import { type CheckScope, planCheck } from '../../../src/study/check/read-check.ts'
import { Bench } from '../../../src/study/fix/bench.ts'
import { candidatesFor } from '../../../src/study/fix/candidates.ts'
import { type Change, changeKey } from '../../../src/study/fix/change.ts'
import { setUpOf } from '../../../src/study/fix/cluster-set-up.ts'
import type { Forbidden } from '../../../src/study/fix/forbidden.ts'
import { workOf } from '../../../src/study/fix/work.ts'
import { Interrupted } from '../../../src/study/simulator/simulator.ts'
import { aResult, aWorkload } from '../../fixtures/results.ts'
import { ON_THE_LINK, type RuledCluster, simulatorBy, UNVERIFIED } from '../../fixtures/ruled-cluster.ts'

const ATTACK = `version: 1
name: forger
attackers:
  forger:
    on: the link that it crosses
    vantage: inline
    plan:
      - { technique: tamper, path: the kubelet path }
`

/** Returns a bench of a cluster that follows rules, its changes by parts of their keys, and the number of simulations. */
function benchOf(
  rules: RuledCluster,
  {
    text = UNVERIFIED,
    scope = ON_THE_LINK,
    interruption,
    hasPlan = true,
  }: { text?: string; scope?: CheckScope; interruption?: AbortSignal; hasPlan?: boolean } = {},
) {
  const { simulator, counted } = simulatorBy(rules, interruption)
  const { tree } = readTree({ file: 'a.yaml', text }, {})
  const loaded = tree === null ? null : checkTree(tree, 'a.yaml')
  const read = tree === null ? null : planCheck(tree, 'a.yaml', scope)
  if (tree === null || !loaded?.ok || !read?.ok) throw new Error('the scenario is invalid')
  const setUp = setUpOf(loaded)
  if (setUp === null) throw new Error('there is no cluster')
  const options = { tree, file: 'a.yaml', setUp, scope, today: '2027-01-15' }
  const bench = new Bench(hasPlan ? { ...options, plan: read.plan } : options, simulator)
  const candidates = candidatesFor(setUp)
  const change = (part: string): Change => {
    const found = candidates.find((one) => changeKey(one).includes(part))
    if (found === undefined) throw new Error(`no change has ${part}`)
    return found
  }
  return { bench, change, counted, plan: read.plan }
}

const anonymous = (part: { cluster: { apiserver: { configuration: { anonymousAuth: boolean } } } | null }) =>
  part.cluster?.apiserver.configuration.anonymousAuth === true
const rotates = (part: { cluster: { nodes: readonly { kubelet: { rotateCertificates: boolean } }[] } | null }) =>
  part.cluster?.nodes[0].kubelet.rotateCertificates === true

const NOTHING: RuledCluster = { outcomesOf: () => ['no-effect'] }

/** Inline attackers read until anonymous requests are refused; kubelets that rotate certificates let side ones relay. */
const RULES: RuledCluster = {
  outcomesOf: (blueprint, _, { vantage }) => {
    if (vantage === 'inline') return anonymous(blueprint) ? ['impersonated', 'read'] : ['no-effect']
    return vantage === 'side' && rotates(blueprint) ? ['relayed'] : ['no-effect']
  },
}

/** Returns everything that the policy forbids in a cluster as it is. */
async function failingIn(bench: Bench): Promise<readonly Forbidden[]> {
  const all = await bench.everything([])
  return [...(all?.values() ?? [])]
}

describe('the work of a cluster with changes', () => {
  const rules: RuledCluster = {
    ...NOTHING,
    failureOf: (blueprint) => (anonymous(blueprint) ? null : 'unauthorized'),
  }
  const twoWorkloads = UNVERIFIED.replace(
    'workloads: {',
    'workloads: { more: { path: logs, kind: logs, response: 1000B, requests: 4 },',
  )

  test('a changed cluster lists the workloads that break, and none if the scenario refuses the changes', async () => {
    const { bench, change } = benchOf(rules, { text: twoWorkloads })
    const [none, refusing, breaking] = await bench.works([[], [change('secure-port')], [change('anonymous-auth')]])
    expect([none?.broken, refusing]).toEqual([[], null])
    expect(breaking?.broken).toEqual(
      ['more', 'logs'].map((workload) => ({ workload, path: 'logs', completed: 0, of: 4, reason: 'unauthorized' })),
    )
    expect(bench.sets).toBe(3)
  })

  test('a changed cluster is simulated once for a set of changes in any order, and for each selection of workloads', async () => {
    const { bench, change, counted } = benchOf(rules, { text: twoWorkloads })
    const [a, b] = [change('anonymous-auth'), change('"authentication.webhook.enabled"')]
    await bench.works([
      [a, b],
      [b, a],
      [a, b],
    ])
    expect([counted.runs, bench.simulations, bench.sets]).toEqual([2, 2, 1])
    await bench.works([[b, a]])
    expect([counted.runs, bench.simulations, bench.sets]).toEqual([2, 2, 1])
    const [only] = await bench.works([[a, b]], new Set(['more']))
    expect(only?.broken.map(({ workload }) => workload)).toEqual(['more'])
    expect(only?.result.workloads.map(({ name }) => name)).toEqual(['more'])
    expect([counted.runs, bench.sets]).toEqual([3, 2])
  })

  test('a changed cluster has the workloads of the set without a last change that has no effect', async () => {
    const { bench, change, counted } = benchOf(rules)
    // Nobody here uses the addresses that come later in the list.
    const unused = change('service-account-extend-token-expiration')
    const [same] = await bench.works([[unused]])
    expect([same?.broken, counted.runs]).toEqual([[], 1])
    const [breaking] = await bench.works([[change('anonymous-auth')]])
    expect(counted.runs).toBe(2)
    const [still, refused] = await bench.works([
      [change('anonymous-auth'), unused],
      [change('anonymous-auth'), change('secure-port')],
    ])
    expect([still, refused, counted.runs]).toEqual([breaking, null, 2])
  })

  test('the simulation of a changed cluster ends when the user interrupts', async () => {
    const stop = new AbortController()
    const { bench } = benchOf(rules, { interruption: stop.signal })
    stop.abort(130)
    await expect(bench.works([[]])).rejects.toThrow(Interrupted)
  })
})

describe('the figures of workloads with changes', () => {
  test('workload figures of a changed cluster come from separate runs, with enough requests for percentiles', async () => {
    const { bench, change, counted } = benchOf(NOTHING)
    const measured = await bench.measured([[], [change('secure-port')], [change('anonymous-auth')]], ['logs', 'others'])
    expect(measured.map((list) => list.map(({ name, completed }) => [name, completed]))).toEqual([
      [['logs', 120]],
      [],
      [['logs', 120]],
    ])
    expect(counted.runs).toBe(2)
    expect(await bench.measured([], ['logs'])).toEqual([])
  })
})

describe('the verdicts that a policy forbids', () => {
  test('forbidden verdicts are those of all probes, each with a key, its place and its outcomes', async () => {
    for (const hasPlan of [true, false]) {
      const { bench, counted } = benchOf(RULES, { hasPlan })
      const [one, ...others] = await failingIn(bench)
      expect([others, counted.runs]).toEqual([[], 4])
      const key = [['the link that it crosses', 'link'], 'inline', 'impersonate-server', 'logs', 'logs', 'node-1']
      expect(JSON.parse(one.key)).toEqual(key)
      expect([one.outcomes, one.tried.place, one.verdict.technique]).toEqual([
        ['impersonated', 'read'],
        'the link that it crosses',
        'impersonate-server',
      ])
    }
  })

  test('there are no forbidden verdicts if changes are refused', async () => {
    const { bench, change } = benchOf(RULES)
    expect(await bench.everything([change('secure-port')])).toBe(null)
    expect(await bench.forbidden([[change('secure-port')]], await failingIn(bench))).toEqual([null])
  })

  test('forbidden verdicts with changes are the selected ones that remain', async () => {
    const { bench, change, counted } = benchOf(RULES)
    const failing = await failingIn(bench)
    const before = counted.runs
    const sets = [[], [change('anonymous-auth')], [change('webhook.enabled')]]
    const left = await bench.forbidden(sets, failing)
    expect(left.map((still) => [...(still?.keys() ?? [])])).toEqual([[failing[0].key], [], [failing[0].key]])
    // The probe of the wanted verdict alone is simulated, once for each set with changes.
    expect(counted.runs - before).toBe(2)
    expect(await bench.forbidden(sets, failing)).toEqual(left)
    expect(await bench.forbidden(sets, [])).toEqual(sets.map(() => new Map()))
    expect(counted.runs - before).toBe(2)
  })

  test('forbidden verdicts are not simulated again if changes have no effect on the simulation', async () => {
    const { bench, change, counted } = benchOf(RULES)
    const failing = await failingIn(bench)
    const before = counted.runs
    const unused = change('service-account-extend-token-expiration')
    const [left] = await bench.forbidden([[unused]], failing)
    expect([[...(left?.values() ?? [])], counted.runs - before]).toEqual([failing, 0])
  })

  test('forbidden verdicts come from a new check, simulated once, if the apiserver dials other addresses', async () => {
    const { bench, change, counted } = benchOf(RULES)
    const failing = await failingIn(bench)
    const before = counted.runs
    const keys = failing.map(({ key }) => key)
    const other = [change('"kubelet-preferred-address-types",["InternalIP",')]
    for (const time of ['first', 'second']) {
      const [left] = await bench.forbidden([other], failing)
      expect([time, [...(left?.keys() ?? [])], counted.runs - before]).toEqual([time, keys, 1])
    }
    const [both] = await bench.forbidden([[...other, change('anonymous-auth')]], failing)
    expect(both?.size).toBe(0)
  })

  test('forbidden verdicts stay if the apiserver prefers addresses that no node has', async () => {
    const { bench, change, counted } = benchOf(RULES)
    const failing = await failingIn(bench)
    const before = counted.runs
    const [left] = await bench.forbidden([[change('"kubelet-preferred-address-types",["ExternalIP",')]], failing)
    expect([[...(left?.values() ?? [])], counted.runs - before]).toEqual([failing, 0])
  })

  test('forbidden verdicts are simulated for changes of a kubelet only if something connects to it', async () => {
    // A pool whose kubelet has its read-only port open.
    const open = UNVERIFIED.replace(
      'nodes: 1',
      'nodes: { a: {}, far: { kubelet: { config: { readOnlyPort: 10255 } } } }',
    )
    const others = open.replace('kind: apiserver-kubelet', 'kind: apiserver-kubelet, to: a-1')
    const rules: RuledCluster = { outcomesOf: (_, path) => (path.startsWith('logs') ? ['read'] : ['no-effect']) }
    const runsOf = async (text: string, scope: CheckScope): Promise<number> => {
      const { bench, change, counted } = benchOf(rules, { text, scope })
      const failing = await failingIn(bench)
      const before = counted.runs
      const [left] = await bench.forbidden([[change('"readOnlyPort",0')]], failing)
      expect([...(left?.keys() ?? [])]).toEqual(failing.map(({ key }) => key))
      return counted.runs - before
    }
    expect(await runsOf(others, ON_THE_LINK)).toBe(0)
    expect(await runsOf(others.replace('to: a-1', 'to: far-1'), ON_THE_LINK)).toBeGreaterThan(0)
  })

  test('forbidden verdicts all remain if changes make the policy forbid a new outcome', async () => {
    const rules: RuledCluster = {
      outcomesOf: ({ cluster }, _, { vantage }) =>
        (vantage === 'inline') === anonymous({ cluster }) && vantage !== 'blind' ? ['read'] : ['no-effect'],
    }
    const { bench, change } = benchOf(rules)
    const failing = await failingIn(bench)
    expect(failing.map(({ verdict }) => verdict.vantage)).toEqual(['inline'])
    const seenFrom = (vantage: 'passive' | 'side'): Forbidden => {
      const verdict = { ...failing[0].verdict, vantage }
      return {
        ...failing[0],
        key: failing[0].key.replace('inline', vantage),
        verdict,
        tried: { ...failing[0].tried, verdict },
      }
    }
    const wanted = [...failing, seenFrom('passive'), seenFrom('side')]
    const vantagesLeft = async () => {
      const [left] = await bench.forbidden([[change('anonymous-auth')]], wanted)
      return [...(left?.values() ?? [])].map(({ verdict }) => verdict.vantage)
    }
    expect(await vantagesLeft()).toEqual(['passive', 'side'])
    bench.setKnown(wanted)
    expect(await vantagesLeft()).toEqual(['passive', 'side'])
    bench.setKnown(failing)
    expect(await vantagesLeft()).toEqual(['inline', 'passive', 'side'])
  })

  test('forbidden verdicts are not simulated further if a set of changes opens one among the first probes', async () => {
    const text = UNVERIFIED.replace('paths: {', 'paths: { more: { kind: apiserver-kubelet },')
    const scope = { ...ON_THE_LINK, techniques: ['impersonate-server', 'tamper', 'eavesdrop'] }
    const { bench, change, counted } = benchOf({ outcomesOf: () => ['read'] }, { text, scope })
    const failing = await failingIn(bench)
    const all = counted.runs
    expect(all).toBeGreaterThan(6)
    const leftWith = async (part: string) => {
      const before = counted.runs
      const [left] = await bench.forbidden([[change(part)]], failing)
      return [left?.size, counted.runs - before]
    }
    bench.setKnown(failing)
    expect(await leftWith('anonymous-auth')).toEqual([failing.length, all])
    bench.setKnown(failing.slice(1))
    expect(await leftWith('rotateCertificates')).toEqual([failing.length, 6])
    bench.setKnown(failing.slice(0, -1))
    expect(await leftWith('webhook.enabled')).toEqual([failing.length, all])
  })

  test('forbidden verdicts are each simulated only by their deciding probe', async () => {
    const text = UNVERIFIED.replace('paths: {', 'paths: { more: { kind: apiserver-kubelet },').replace(
      'workloads: {',
      'workloads: { more: { path: more, kind: logs, response: 1000B, requests: 4 },',
    )
    const scope = { ...ON_THE_LINK, vantages: ['blind', 'inline'], techniques: ['eavesdrop', 'impersonate-server'] }
    const { bench, change, counted } = benchOf({ outcomesOf: () => ['read'] }, { text, scope })
    const failing = await failingIn(bench)
    const all = counted.runs
    const runs: number[] = []
    for (const one of failing) {
      const before = counted.runs
      const [left] = await bench.forbidden([[change('rotateCertificates')]], [one])
      expect([...(left?.keys() ?? [])]).toEqual([one.key])
      runs.push(counted.runs - before)
    }
    expect(Math.max(...runs)).toBe(1)
    expect(runs.reduce((sum, one) => sum + one, 0)).toBe(all)
  })

  test('forbidden verdicts are simulated only at their own place', async () => {
    const places = ['the node that it leads to', 'another node']
    const scope = { ...ON_THE_LINK, places, techniques: ['steal-token'] }
    const text = UNVERIFIED.replace('nodes: 1', 'nodes: 2')
    const { bench, change, counted } = benchOf({ outcomesOf: () => ['read'] }, { text, scope })
    const failing = await failingIn(bench)
    expect(failing.map(({ tried }) => tried.place)).toEqual(places)
    const before = counted.runs
    for (const [i, one] of failing.entries()) {
      const [left] = await bench.forbidden([[change('rotateCertificates')]], [one])
      expect([[...(left?.keys() ?? [])], counted.runs - before]).toEqual([[one.key], i + 1])
    }
  })

  test('forbidden verdicts exclude what the scenario accepts, until the last day', async () => {
    const accepting = (until: string) =>
      `${UNVERIFIED}accept: [{ verdict: 'impersonated, read on logs', reason: known, until: ${until} }]\n`
    expect(await failingIn(benchOf(RULES, { text: accepting('2027-02-01') }).bench)).toEqual([])
    expect(await failingIn(benchOf(RULES, { text: accepting('2027-01-01') }).bench)).toHaveLength(1)
  })

  test('forbidden verdicts of an attack file are named and simulated by the attack', async () => {
    const scope = { ...ON_THE_LINK, attacks: [{ name: 'forger', source: { file: 'f.yaml', text: ATTACK } }] }
    const more = { ...scope, places: null, techniques: ['tamper', 'impersonate-server'] }
    const rules: RuledCluster = {
      outcomesOf: (blueprint, path, attacker) =>
        attacker.technique === 'tamper'
          ? blueprint.attackers[0].name === 'forger' && anonymous(blueprint)
            ? ['modified']
            : ['no-effect']
          : RULES.outcomesOf(blueprint, path, attacker),
    }
    const { bench, change, counted } = benchOf(rules, { scope: more })
    const all = await failingIn(bench)
    const forged = all.filter(({ tried }) => tried.attack === 'forger')
    expect(forged.map(({ key, outcomes }) => [JSON.parse(key), outcomes])).toEqual([
      [[['forger', 'forger'], 'inline', 'tamper', 'logs', 'logs', 'node-1'], ['modified']],
    ])
    const before = counted.runs
    const [left] = await bench.forbidden([[change('anonymous-auth')]], forged)
    expect([left?.size, counted.runs - before]).toEqual([0, 1])
    const [other] = await bench.forbidden([[change('webhook.enabled')]], forged)
    expect([...(other?.keys() ?? [])]).toEqual(forged.map(({ key }) => key))
    const among = await bench.among([change('webhook.enabled')], forged)
    expect([...(among?.keys() ?? [])]).toEqual(forged.map(({ key }) => key))
  })

  test('forbidden verdicts that changes leave or add are simulated only by their attacks', async () => {
    const { bench, change, counted } = benchOf(RULES)
    const failing = await failingIn(bench)
    const rotating = await bench.everything([change('rotateCertificates')])
    const opened = [...(rotating?.values() ?? [])].filter(({ key }) => key !== failing[0].key)
    expect(opened.map(({ verdict }) => verdict.vantage)).toEqual(['side'])
    const before = counted.runs
    const keysOf = async (part: string) => [...((await bench.among([change(part)], opened))?.keys() ?? [])]
    expect(await keysOf('rotateCertificates')).toEqual(opened.map(({ key }) => key))
    expect(await keysOf('anonymous-auth')).toEqual([])
    expect(counted.runs - before).toBe(2)
    expect(await bench.among([change('secure-port')], opened)).toBe(null)
  })

  test('forbidden verdicts are selected by key', async () => {
    const { bench, plan, counted } = benchOf(RULES)
    const failing = await failingIn(bench)
    const results = new Map(
      plan.probes.map(({ scenario }) => [
        scenario,
        aResult({ verdicts: [{ ...failing[0].verdict, vantage: 'inline' }] }),
      ]),
    )
    const keysOf = (keys: ReadonlySet<string> | null) => [...bench.judge(plan, plan.probes, results, keys).keys()]
    expect(keysOf(null)).toEqual([failing[0].key])
    expect([keysOf(new Set([failing[0].key])), keysOf(new Set())]).toEqual([[failing[0].key], []])
    expect(bench.judge(plan, plan.probes, new Map(), null).size).toBe(0)
    expect(counted.runs).toBe(4)
  })
})

describe('a workload compared with an earlier run', () => {
  const failure = (reason: FailureResult['reason'], message?: string): FailureResult =>
    message === undefined ? { reason, count: 1 } : { reason, message, count: 1 }
  const brokenBy = (before: Partial<WorkloadResult>, after: Partial<WorkloadResult> | null) =>
    workOf(
      aResult({ workloads: after === null ? [] : [aWorkload({ name: 'other' }), aWorkload(after)] }),
      aResult({ workloads: [aWorkload(before)] }),
    ).broken.map(({ completed, of, reason }) => [completed, of, reason])

  test('a workload is broken if fewer requests complete, for a new reason or with more left without a response', () => {
    expect(brokenBy({ completed: 5 }, { completed: 5, failures: [failure('forbidden')] })).toEqual([])
    expect(brokenBy({ completed: 5 }, { completed: 4, failures: [failure('forbidden')] })).toEqual([
      [4, 5, 'forbidden'],
    ])
    expect(brokenBy({ completed: 5 }, { completed: 4, unfinished: 1 })).toEqual([[4, 5, 'requests get no response']])
    expect(brokenBy({ completed: 5 }, { completed: 4 })).toEqual([])
    expect(brokenBy({ completed: 5 }, { completed: 0 })).toEqual([[0, 5, 'requests get no response']])
    expect(brokenBy({ completed: 0 }, { completed: 0 })).toEqual([])
    expect(brokenBy({ completed: 5 }, null)).toEqual([[0, 5, 'requests get no response']])
  })

  test('a workload is unchanged if fewer requests complete for the same reason', () => {
    const known = [failure('timed out'), failure('server error', 'no route')]
    const less = { completed: 4, failures: known }
    expect(brokenBy({ completed: 5, failures: known }, less)).toEqual([])
    expect(brokenBy({ completed: 5, unfinished: 1, failures: known }, { ...less, unfinished: 1 })).toEqual([])
    expect(brokenBy({ completed: 5, failures: known }, { ...less, unfinished: 1 })).toEqual([[4, 5, 'timed out']])
    const other = [...known, failure('server error', 'x509')]
    expect(brokenBy({ completed: 5, failures: known }, { completed: 4, failures: other })).toEqual([
      [4, 5, 'server error: x509'],
    ])
  })

  test('a workload is not compared if others are selected', () => {
    const [before, after] = [aResult(), aResult({ workloads: [] })]
    expect(workOf(after, before, new Set(['others'])).broken).toEqual([])
    expect(workOf(after, before, new Set(['fresh'])).broken).toHaveLength(1)
    expect(workOf(after, before, null).broken).toEqual([
      { workload: 'fresh', path: 'logs', completed: 0, of: 15, reason: 'requests get no response' },
    ])
    expect(workOf(after, before).result).toBe(after)
  })
})
