import { describe, expect, test } from 'vitest'
import { shippedAttacks } from '../../src/disk/read-attacks.ts'
import {
  ATTACKS,
  type ResistOptions,
  runScenario,
  type ScenarioRun,
  type TechniqueName,
} from '../../src/testing/index.ts'

const PLAIN = `
version: 1
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 10ms, rate: 100Mbps } }
paths: { logs: { from: client, to: server } }
workloads: { get: { path: logs, requests: 3, response: 1000B, carries: [log-line] } }
attackers:
  eve: { on: wan, vantage: passive, plan: [{ technique: eavesdrop, path: logs }] }
`

const SEALED = PLAIN.replace('to: server }', 'to: server, tls: { version: 1.3, verify: ca } }')

test('plain HTTP leaks a secret, and TLS resists eavesdropping, in the matchers', () => {
  expect(runScenario({ text: PLAIN })).toLeak('log-line')
  expect(runScenario({ text: PLAIN })).not.toResist('eavesdrop', { path: 'logs' })
  expect(runScenario({ text: SEALED })).toResist('eavesdrop', { path: 'logs' })
  expect(runScenario({ text: SEALED })).not.toLeak('log-line')
})

test('a failing matcher prints the evidence and the command that reproduces the run', () => {
  const result = runScenario({ text: PLAIN }, { seed: 7 })
  expect(() => expect(result).toResist('eavesdrop')).toThrow(
    /eavesdrop succeeded:\n {2}eve \(passive\) on logs against server: read; 3 of 3 messages; noticed: none\n {4}read: the attacker read a request, at \d+ ns, packet \d+ on link\/wan\/forward\nreproduce: npx onpath run - --seed 7/,
  )
  expect(() => expect(result).not.toLeak('log-line')).toThrow(
    /log-line leaked to\n {2}eve at \d+ ns, packet \d+ on link\/wan\/backward/,
  )
})

test('toResist throws for a technique that no attacker used', () => {
  const result = runScenario({ text: PLAIN })
  const none = 'there is no verdict on reset; the verdicts are: eavesdrop on logs by eve'
  expect(() => expect(result).toResist('reset')).toThrow(none)
  expect(() => expect(result).not.toResist('reset')).toThrow(none)
  expect(() => expect(result).not.toResist('eavesdrop', { path: 'lgos' })).toThrow('no verdict on eavesdrop on lgos')
})

test('toResist and toLeak throw where a step was not tried, unless another step succeeded', () => {
  const untried = PLAIN.replace('technique: eavesdrop,', 'technique: eavesdrop, at: 60s,').replace(
    'hosts:',
    'duration: 30s\nhosts:',
  )
  const result = runScenario({ text: untried })
  const why = 'eavesdrop on logs was not tried: the run ended at 30 s, and the step begins at 60 s\nreproduce: '
  expect(() => expect(result).toResist('eavesdrop')).toThrow(why)
  expect(() => expect(result).not.toResist('eavesdrop')).toThrow(why)
  expect(() => expect(result).not.toLeak('log-line')).toThrow(why)
  expect(() => expect(result).not.toLeak('log-line', { attacker: 'eve' })).toThrow(why)
  const twice = untried.replace('plan: [', 'plan: [{ technique: eavesdrop, path: logs, for: 10s }, ')
  expect(runScenario({ text: twice })).toLeak('log-line')
  expect(runScenario({ text: twice })).not.toResist('eavesdrop')
})

/** Expects that a matcher throws, also with `not`, since neither says anything about a run that tested nothing. */
function throwsBothWays(why: string, use: (not: boolean) => void): void {
  expect(() => use(false)).toThrow(why)
  expect(() => use(true)).toThrow(why)
}

const leak = (result: ScenarioRun, secret: string, options?: { attacker: string }) => (not: boolean) =>
  not ? expect(result).not.toLeak(secret, options) : expect(result).toLeak(secret, options)

const resist =
  (result: ScenarioRun, technique: TechniqueName, options: ResistOptions = {}) =>
  (not: boolean) =>
    not ? expect(result).not.toResist(technique, options) : expect(result).toResist(technique, options)

/** Returns a value that types would refuse, as plain JavaScript can pass it. */
function untyped<Value>(value: unknown): Value {
  return JSON.parse(JSON.stringify(value))
}

test('toLeak throws for a secret that nothing carries, and for an attacker that does not exist', () => {
  const result = runScenario({ text: SEALED })
  throwsBothWays('no workload carries log-lien, and no token or key has that name', leak(result, 'log-lien'))
  throwsBothWays('no attacker is named nobody; the attackers are eve', leak(result, 'log-line', { attacker: 'nobody' }))
  expect(result).not.toLeak('log-line', { attacker: 'eve' })
})

test('toLeak throws without attackers, and where no request carried the secret', () => {
  const without = PLAIN.slice(0, PLAIN.indexOf('attackers:'))
  throwsBothWays('nothing was tested: there is no attacker', leak(runScenario({ text: without }), 'log-line'))
  const late = SEALED.replace('hosts:', 'duration: 5s\nhosts:').replace(
    'workloads: {',
    'workloads: { late: { path: logs, requests: 1, start: 50s, carries: [letter] },',
  )
  const result = runScenario({ text: late })
  throwsBothWays('nothing was tested: no request that carries letter was sent', leak(result, 'letter'))
  expect(result).not.toLeak('log-line')
})

test('toLeak throws where the attack concerns no path that carries the secret', () => {
  const other = SEALED.replace('paths: {', 'paths: { other: { from: client, to: server },').replace(
    'workloads: {',
    'workloads: { ask: { path: other, requests: 3, carries: [letter] },',
  )
  const why = 'nothing was tested: letter is carried on other, and the attack concerns logs'
  throwsBothWays(why, leak(runScenario({ text: other }), 'letter'))
  expect(runScenario({ text: other })).not.toLeak('log-line')
})

/** Eve is on a link that no packet of the path crosses. */
const BESIDE = PLAIN.replace('server: {}', 'server: {}, third: {}')
  .replace('links: {', 'links: { side: { between: [client, third], delay: 1ms },')
  .replace('on: wan', 'on: side')

test('toResist and toLeak throw where every verdict is unreachable', () => {
  const result = runScenario({ text: BESIDE })
  expect(result.verdicts.map(({ outcomes }) => outcomes)).toEqual([['unreachable']])
  const why = 'nothing was tested: eavesdrop on logs is unreachable: the attacker can neither observe'
  throwsBothWays(why, resist(result, 'eavesdrop'))
  throwsBothWays(why, leak(result, 'log-line'))
})

test('toResist throws where the path does not exist in the configuration', () => {
  const result = runScenario('scenarios/presets/kubeadm-hardened.yaml', { attack: 'insecure-port-open' })
  const [{ technique, worst }] = result.verdicts
  expect(worst).toBe('not-applicable')
  throwsBothWays(
    'is not applicable: this configuration has no such path, or nothing there that it needs',
    resist(result, technique),
  )
})

test('toResist throws for techniques and outcomes that do not exist, and for no outcome', () => {
  const result = runScenario({ text: SEALED })
  throwsBothWays('there is no technique evesdrop; there are ', resist(result, untyped('evesdrop')))
  throwsBothWays(
    'there is no outcome denied; there are ',
    resist(result, 'eavesdrop', { outcomes: [untyped('denied')] }),
  )
  throwsBothWays('toResist needs at least one outcome', resist(result, 'eavesdrop', { outcomes: [] }))
  expect(result).toResist('eavesdrop', { outcomes: ['read'] })
})

test('toResist and toLeak throw where every connection is refused, also without the attacker', () => {
  const refused = SEALED.replace('vantage: passive', 'vantage: inline')
    .replace('verify: ca }', 'verify: ca, ca: another-ca }')
    .replace('paths:', 'identities: { another-ca: { kind: ca } }\npaths:')
  const result = runScenario({ text: refused })
  expect(result.workloads[0]).toMatchObject({ completed: 0, failed: 3 })
  expect(result.undeliveredPaths).toEqual(['logs'])
  throwsBothWays('nothing was tested: eavesdrop on logs found no request that got through', resist(result, 'eavesdrop'))
  throwsBothWays('nothing was tested: no request that carries log-line got through', leak(result, 'log-line'))
})

describe('a secret in requests that the server refuses', () => {
  const asked = (workload: string) =>
    runScenario({
      text: `
version: 1
cluster: { preset: kubeadm-default, quiet: true, nodes: 1, users: { alice: null, bob: { rules: [] } } }
workloads: { asks: { path: users, ${workload}, carries: [pin] } }
attackers: { eve: { on: the link that it crosses, vantage: passive, plan: [{ technique: eavesdrop, path: users }] } }
`,
    })

  test('a secret in a refused request is tested if it is in the body, which is sent with it', () => {
    const result = asked('requests: 2, request: 20B')
    expect(result.workloads[0]).toMatchObject({ failures: [{ reason: 'forbidden', count: 2 }] })
    expect(result).not.toLeak('pin')
  })

  test.each([
    ['responses', 'requests: 2'],
    ['keys that are typed after an upgrade', 'kind: exec, target: pods/web, rate: 5/s, for: 1s'],
  ])('a secret in a refused request is not tested if it is in %s', (_, workload) => {
    throwsBothWays('nothing was tested: no request that carries pin got through', leak(asked(workload), 'pin'))
  })
})

test('toLeak tests a secret even if the attacker keeps every request from succeeding', () => {
  const dropped = SEALED.replace('vantage: passive', 'vantage: inline').replace('eavesdrop', 'drop')
  const result = runScenario({ text: dropped })
  expect(result.workloads[0].completed).toBe(0)
  expect(result).not.toLeak('log-line')
  expect(result).toResist('drop')
})

test('toResist throws if the technique was tried only with scope own', () => {
  const own = `
version: 1
cluster: { preset: kubeadm-default, nodes: 1 }
workloads: { tail: { path: logs, kind: logs, rate: 2/s, for: 3s } }
attackers: { root: { on: node-1, vantage: node, plan: [{ technique: eavesdrop, path: logs }] } }
`
  const result = runScenario({ text: own })
  expect(result.verdicts.map(({ scope }) => scope)).toEqual(['own'])
  throwsBothWays(
    'nothing of others was tested: eavesdrop on logs was only about what the attacker owns',
    resist(result, 'eavesdrop'),
  )
})

test('matchers and runScenario throw for options that do not exist', () => {
  const result = runScenario({ text: SEALED })
  throwsBothWays(
    'there is no option of toResist named pth; did you mean path?',
    resist(result, 'eavesdrop', untyped({ pth: 'logs' })),
  )
  throwsBothWays(
    'there is no option of toResist named outcome',
    resist(result, 'eavesdrop', untyped({ outcome: ['read'] })),
  )
  throwsBothWays(
    'the option of toResist outcomes must be a list of outcomes',
    resist(result, 'eavesdrop', untyped({ outcomes: 'read' })),
  )
  throwsBothWays(
    'there is no option of toLeak named atacker; did you mean attacker?',
    leak(result, 'log-line', untyped({ atacker: 'eve' })),
  )
  throwsBothWays('the options of toLeak are an object with attacker', leak(result, 'log-line', untyped('eve')))
  expect(() => runScenario({ text: SEALED }, untyped({ sed: 7 }))).toThrow(
    'there is no option of runScenario named sed; did you mean seed?',
  )
  expect(() => runScenario({ text: SEALED }, untyped({ set: 'links.wan.loss=1%' }))).toThrow('must be a list of texts')
  expect(() => runScenario(untyped({ text: SEALED, file: 'a' }))).toThrow(
    'there is no key of the scenario of runScenario named file',
  )
})

test('ATTACKS has the attacks of the package', () => {
  expect(ATTACKS).toEqual(shippedAttacks())
})

test('toHaveDigest accepts the whole digest or a prefix of 8 digits', () => {
  const result = runScenario({ text: PLAIN })
  expect(result).toHaveDigest(result.digest)
  expect(result).toHaveDigest(result.digest.slice(0, 8))
  expect(() => expect(result).toHaveDigest('00000000')).toThrow(`the digest is ${result.digest}`)
  expect(() => expect(result).toHaveDigest('53de')).toThrow('53de is not a digest')
  expect(() => expect(result).not.toHaveDigest('53de')).toThrow('53de is not a digest')
  expect(result).not.toHaveDigest('00000000')
})
