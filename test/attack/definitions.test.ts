import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { attackedBy, lab, outcomesOf, verdictOf, WAYS, type Ways } from './truth-lab.ts'

const { B, C, D, G, H } = WAYS
const STEADY = 'connection: keep-alive, rate: 10/s, for: 2s, request: 300B, response: 1000B'

describe('exposure', () => {
  test('exposure counts the requests that began while the technique was active', () => {
    const how = { vantage: 'passive', more: ', at: 1s, for: 500ms', traffic: STEADY }
    expect(verdictOf(attackedBy('eavesdrop', { G }, how)).exposure).toEqual({ messages: 5, of: 5, bytes: 6500 })
  })

  test('exposure counts each request once for two simultaneous steps, and adds up for two successive steps', () => {
    const exposed = (...steps: readonly string[]) => {
      const plan = steps.map((step) => `{ technique: eavesdrop, path: G${step} }`).join(', ')
      const attacker = `  mallory: { on: control-node-1, vantage: passive, plan: [${plan}] }`
      return verdictOf(runScenario(lab({ G }, attacker, { traffic: STEADY }))).exposure
    }
    expect(exposed('', '')).toEqual({ messages: 20, of: 20, bytes: 26_000 })
    expect(exposed(', at: 1s, for: 200ms', ', at: 1500ms, for: 200ms')).toEqual({ messages: 4, of: 4, bytes: 5_200 })
  })

  test('exposure counts an altered exchange once, though both ends accepted altered data', () => {
    const how = { more: ', at: 1s, count: 2', traffic: STEADY }
    expect(verdictOf(attackedBy('tamper', { G }, how)).exposure).toMatchObject({ messages: 1, of: 10 })
  })

  test('exposure includes requests that the apiserver proxies for its users', () => {
    const users = 'cluster.users={ alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } }'
    const work = 'workloads.kubectl={ path: U, kind: logs, target: pods/web, response: 1000B, requests: 6 }'
    const U = 'paths.U={ kind: user-apiserver, from: alice, to: master }'
    const { verdicts } = attackedBy('impersonate-server', { D }, { set: [users, U, work] })
    // Three of its own, and every other one of kubectl's: the other pod is on the other node.
    expect(verdicts[0].exposure).toMatchObject({ messages: 6, of: 6 })
  })
})

describe('consequences compared with a run without the attacker', () => {
  test('a failed request is a disruption with a duration and an end', () => {
    const verdict = verdictOf(attackedBy('reset', { D }, { more: ', at: 1s, count: 1', traffic: STEADY }))
    expect(verdict).toMatchObject({ outcomes: ['disrupted'], noticed: 'fault' })
    expect(verdict.noticedBy).toEqual([{ host: 'master', log: 'kube-apiserver', reason: 'connection reset' }])
    expect(verdict.outageNs).toBeGreaterThan(50e6)
    expect(verdict.outageNs).toBeLessThan(200e6)
    expect(verdict.recoveredNs).toBeGreaterThan(1e9)
  })

  test('an interval in which no request completes is an outage, which may end', () => {
    const verdict = verdictOf(attackedBy('drop', { D }, { more: ', at: 500ms, for: 1s', traffic: STEADY }))
    expect(verdict.outcomes).toEqual(['outage'])
    expect(verdict.recoveredNs).toBeGreaterThan(1.5e9)
    expect(verdict.outageNs).toBeGreaterThan(0.9e9)
  })

  test('an outage without an end lasts until the attacked run ends, and not longer', () => {
    const result = attackedBy('reset', { D }, { more: ', at: 500ms', traffic: STEADY })
    const { outageNs, ...verdict } = verdictOf(result)
    expect(verdict).toMatchObject({ outcomes: ['outage'], recoveredNs: null })
    expect(outageNs).toBeGreaterThan(100e6)
    expect(outageNs).toBeLessThanOrEqual(result.simulatedNs - 500e6)
    // All requests fail before the first response is due without the attacker.
    expect(verdictOf(attackedBy('reset', { D }))).toMatchObject({ outcomes: ['outage'], outageNs: 0 })
  })

  test('one lost packet among many requests is no consequence', () => {
    expect(outcomesOf(attackedBy('drop', { G }, { more: ', at: 1s, count: 1', traffic: STEADY }))).toEqual({
      G: 'no-effect',
    })
  })

  test('a slowdown counts from a tenth and a millisecond: at a round trip of 40 ms, 6 ms count and 2 ms do not', () => {
    const slow = (delay: string) => {
      const plan = `plan: [{ technique: delay, path: G, delay: ${delay} }]`
      const attacker = `  mallory: { on: control-node-1, vantage: inline, ${plan} }`
      return outcomesOf(runScenario(lab({ G }, attacker, { traffic: STEADY }))).G
    }
    expect([slow('1ms'), slow('3ms')]).toEqual(['no-effect', 'degraded'])
  })

  test('a single delayed request is a slowdown that ends with the request', () => {
    const how = { more: ', at: 20ms, for: 100ms', traffic: 'connection: per-request, requests: 1, response: 1000B' }
    expect(outcomesOf(attackedBy('drop', { D }, how))).toEqual({ D: 'degraded' })
  })
})

describe('notices', () => {
  test('notices name the end whose verification failed, not the end that only receives the alert', () => {
    const how = { more: ', at: 1s, count: 1, match: { from: master, kind: data }', traffic: STEADY }
    const { noticed, noticedBy } = verdictOf(attackedBy('tamper', { D }, how))
    expect(noticed).toBe('security')
    expect(noticedBy).toEqual([
      { host: 'master', log: 'kube-apiserver', reason: 'remote error: bad record MAC' },
      { host: 'node-1', log: 'kubelet', reason: 'record broken' },
    ])
  })

  test('notices name no end on a host that the attacker controls', () => {
    const { noticedBy } = verdictOf(attackedBy('tamper', { B }, { on: 'node-1', vantage: 'node' }))
    expect(noticedBy.map(({ host }) => host)).not.toContain('node-1')
  })
})

describe('scope', () => {
  const at = (on: string, vantage = 'node') => ({ on, vantage })
  const scopeOf = (technique: string, ways: Ways, where: { on: string; vantage: string }) => {
    const { worst, scope } = verdictOf(attackedBy(technique, ways, where))
    return `${worst} ${scope}`
  }

  test('a node’s own credentials and those of its pods have scope own', () => {
    for (const ways of [{ B }, { D }, { G }, { H }]) expect(scopeOf('eavesdrop', ways, at('node-1'))).toBe('read own')
    expect(scopeOf('eavesdrop', { C }, at('node-1'))).toBe('credential own')
    expect(scopeOf('steal-token', { C }, at('node-1'))).toBe('credential own')
    expect(scopeOf('steal-key', { D }, at('node-1'))).toBe('credential own')
  })

  test('root on a node finds no credential there with scope other, even when its pods share a token with other pods', () => {
    for (const ways of [{ B }, { C }, { D }, { G }, { H }])
      expect(scopeOf('eavesdrop', ways, at('node-2'))).toBe('unreachable other')
    for (const technique of ['steal-token', 'steal-key'])
      for (const ways of [{ C }, { D }]) expect(scopeOf(technique, ways, at('node-2'))).toBe('unreachable other')
  })

  test('on the master, all credentials of other parties have scope other', () => {
    for (const ways of [{ B }, { D }, { G }]) expect(scopeOf('eavesdrop', ways, at('master'))).toBe('read other')
  })

  test('an attacker that controls the server responds in its place, and relays nothing to it', () => {
    expect(scopeOf('relay', { D }, at('node-1'))).toBe('no-effect own')
    expect(scopeOf('impersonate-server', { D }, at('node-1'))).toBe('impersonated own')
    expect(scopeOf('relay', { G }, at('node-1'))).toBe('relayed own')
  })
})

describe('an attacker without access to a path', () => {
  test('an attacker without access to a path gets the outcome "out of reach" on another link, or for a passive technique with a blind vantage', () => {
    for (const technique of ['eavesdrop', 'impersonate-server', 'relay', 'tamper', 'drop'])
      expect(outcomesOf(attackedBy(technique, { D }, { on: 'control-node-2' }))).toEqual({ D: 'unreachable' })
    expect(outcomesOf(attackedBy('eavesdrop', { D }, { vantage: 'blind' }))).toEqual({ D: 'unreachable' })
  })

  test('an attacker without access to a path fails when it can observe packets but cannot act on them', () => {
    for (const technique of ['impersonate-server', 'tamper', 'drop', 'inject'])
      expect(outcomesOf(attackedBy(technique, { D }, { vantage: 'passive' }))).toEqual({ D: 'no-effect' })
  })
})

describe('a passive attacker', () => {
  test.each([
    ['B', { B }],
    ['D', { D }],
    ['G', { G }],
    ['H', { H }],
  ])('a passive attacker does not change a bit of %s', (_, ways) => {
    const quiet = runScenario(lab(ways, ''))
    const heard = attackedBy('eavesdrop', ways)
    expect(heard.trafficDigest).toBe(quiet.trafficDigest)
    expect(heard.workloads.map(({ digest }) => digest)).toEqual(quiet.workloads.map(({ digest }) => digest))
  })
})

describe('two attackers on one link', () => {
  const EAR = 'ear: { on: control-node-1, vantage: passive, plan: [{ technique: eavesdrop, path: G }] }'
  const FALSE = 'false: { on: control-node-1, vantage: inline, plan: [{ technique: impersonate-server, path: G }] }'
  const both = (...attackers: readonly string[]) =>
    runScenario(lab({ G }, attackers.map((one) => `  ${one}`).join('\n')))

  test('two attackers on one link have the same result in any order of declaration', () => {
    const [one, other] = [both(EAR, FALSE), both(FALSE, EAR)]
    expect(other.digest).toBe(one.digest)
    expect(other.verdicts).toEqual(one.verdicts)
  })

  test('each have their own outcome: one answers, the other reads the requests', () => {
    const [ear, posed] = both(EAR, FALSE).verdicts
    expect([ear.outcomes, ear.exposure.bytes]).toEqual([['read'], 900])
    expect(posed.outcomes).toEqual(['impersonated', 'read'])
  })
})

test('another seed changes packets but not outcomes', () => {
  for (const seed of [2, 3]) {
    expect(outcomesOf(attackedBy('impersonate-server', { D, G, H }, { seed }))).toEqual({
      D: 'impersonated, read',
      G: 'impersonated, read',
      H: 'impersonated, read',
    })
  }
})
