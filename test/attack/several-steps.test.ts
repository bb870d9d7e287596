import { describe, expect, test } from 'vitest'
import { type RunScenarioOptions, runScenario } from '../../src/testing/index.ts'
import { CHECKED_KUBELETS, lab, WAYS } from './truth-lab.ts'

const { D } = WAYS
const STEADY = 'connection: keep-alive, rate: 10/s, for: 4s, request: 300B, response: 1000B'

/** The verdicts on path D, by `attacker technique`. */
function verdictsOf(attackers: string, options: RunScenarioOptions = {}) {
  const { verdicts } = runScenario(lab({ D }, attackers, { traffic: STEADY }), options)
  return Object.fromEntries(verdicts.map((each) => [`${each.attacker} ${each.technique}`, each]))
}

/** An attacker that is inline on path D, with several steps. */
function attacker(name: string, ...steps: readonly string[]): string {
  const plan = steps.map((step) => `{ path: D, ${step} }`).join(', ')
  return `  ${name}: { on: control-node-1, vantage: inline, plan: [${plan}] }`
}

describe('several steps on one path', () => {
  test('of several steps on one path, an eavesdropping step gets no consequence and no notice', () => {
    const verdicts = verdictsOf(attacker('mallory', 'technique: eavesdrop', 'technique: drop, at: 1s'))
    expect(verdicts['mallory eavesdrop']).toMatchObject({ outcomes: ['metadata'], noticed: 'none', outageNs: 0 })
    expect(verdicts['mallory drop'].outcomes).toEqual(['outage'])
  })

  test('several steps on one path each get their own consequences, before and after the other’s', () => {
    const reset = 'technique: reset, at: 1s, count: 1'
    const delay = 'technique: delay, delay: 20ms, at: 2s'
    const both = verdictsOf(attacker('mallory', reset, delay))
    expect(both['mallory reset']).toMatchObject({ outcomes: ['disrupted'], noticed: 'fault' })
    expect(both['mallory delay']).toMatchObject({ outcomes: ['degraded'], noticed: 'none', noticedBy: [], outageNs: 0 })
    expect(both['mallory reset']).toEqual(verdictsOf(attacker('mallory', reset))['mallory reset'])
  })

  test('of several steps on one path, impersonation gets the failed verification and reset the broken connection', () => {
    const steps = ['technique: impersonate-server, at: 500ms', 'technique: reset, at: 1s, count: 1']
    const verdicts = verdictsOf(attacker('mallory', ...steps), { set: CHECKED_KUBELETS })
    const reasons = (name: string) => verdicts[name].noticedBy.map(({ reason }) => reason)
    expect(reasons('mallory reset')).toEqual(['connection reset'])
    expect(reasons('mallory impersonate-server')).toEqual(['x509: certificate signed by unknown authority'])
    expect(verdicts['mallory reset'].outcomes).toEqual(['disrupted'])
    expect(verdicts['mallory impersonate-server'].outcomes).toEqual(['outage'])
  })

  test('an effect is attributed to the step that acted, if two try the same at once', () => {
    const drop = 'technique: drop, at: 1s'
    const verdicts = verdictsOf([attacker('alice', drop), attacker('bob', drop)].join('\n'))
    expect(verdicts['alice drop'].outcomes).toEqual(['outage'])
    expect(verdicts['bob drop']).toMatchObject({ outcomes: ['no-effect'], noticed: 'none', firstEffectNs: null })
  })

  test('a remaining effect is attributed to the step that continues after the other', () => {
    const first = attacker('alice', 'technique: drop, at: 1s, for: 1s')
    const second = attacker('bob', 'technique: drop, at: 1500ms, for: 1500ms')
    const verdicts = verdictsOf([first, second].join('\n'))
    const alone = verdictsOf(first)['alice drop']
    expect(verdicts['alice drop']).toEqual(alone)
    expect(verdicts['bob drop'].outcomes).toEqual(['outage'])
    const { outageNs, recoveredNs } = verdicts['bob drop']
    expect(recoveredNs).toBeGreaterThan(3e9)
    // It was due when the first let go.
    expect(outageNs).toBe((recoveredNs ?? 0) - (alone.recoveredNs ?? 0))
  })

  test('two steps that take turns have together the consequences of one step', () => {
    const twice = ['technique: drop, at: 1s, for: 500ms', 'technique: drop, at: 2s, for: 500ms']
    expect(verdictsOf(attacker('mallory', ...twice))['mallory drop'].outcomes).toEqual(['outage'])
  })
})
