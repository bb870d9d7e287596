import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

/** Judges expectations about eve, who may listen at `on` to the path that is given. */
function judged(lines: readonly string[], { on = 'wan', more = '', attackers = true, path = 'web' } = {}) {
  const { expectations, verdicts } = runScenario({
    text: `
version: 1
duration: 30s
hosts: { client: {}, server: {}, third: {} }
links: { wan: { between: [client, server], delay: 1ms }, side: { between: [client, third], delay: 1ms } }
paths: { web: { from: client, to: server, tls: { verify: ca } }, other: { from: client, to: server, port: 81 } }
workloads:
  get: { path: web, requests: 3, carries: [letter] }
  ask: { path: other, requests: 3, carries: [note] }
${more}
${attackers ? `attackers: { eve: { on: ${on}, vantage: passive, plan: [{ technique: eavesdrop, path: ${path} }] } }` : ''}
expect: [${lines.map((line) => `"${line}"`).join(', ')}]
`,
  })
  return { measured: expectations.map(({ met, measured }) => (met ? 'met' : measured)), verdicts }
}

/** Lines that hold where an attacker has achieved nothing. */
const LINES = [
  'never read, modified by eve',
  'never read by eve on web',
  'secret(letter) stays secret',
  'secret(letter) stays secret from eve',
  'verdict(eve, web) excludes read',
  'exposure(eve, web) < 40%',
  'noticed(eve, web) none',
]

describe('an expectation about attackers', () => {
  test('an expectation about an attacker is met where the attack met the path and achieved nothing', () => {
    expect(judged(LINES).measured).toEqual(LINES.map(() => 'met'))
  })

  test('an expectation about an attacker is not met if every verdict is unreachable, unless it expects unreachable', () => {
    const { measured, verdicts } = judged([...LINES, 'verdict(eve, web) is unreachable'], { on: 'side' })
    expect(verdicts.map(({ worst }) => worst)).toEqual(['unreachable'])
    const why =
      'nothing was tested: eavesdrop on web is unreachable: the attacker can neither observe the path nor send to it'
    expect(measured).toEqual([...LINES.map(() => why), 'met'])
  })

  test('an expectation about an attacker is met if one of several verdicts is not unreachable', () => {
    const two = { path: '[web, other]' }
    expect(judged(['never modified by eve', 'secret(letter) stays secret'], two).measured).toEqual(['met', 'met'])
  })

  test('an expectation about a secret is not met without attackers', () => {
    expect(judged(['secret(letter) stays secret'], { attackers: false }).measured).toEqual([
      'nothing was tested: there is no attacker',
    ])
  })

  test('an expectation about a secret is not met if no request carried it', () => {
    const more = '  late: { path: web, requests: 1, start: 60s, carries: [postcard] }'
    const { measured } = judged(['secret(postcard) stays secret', 'secret(letter) stays secret'], { more })
    expect(measured).toEqual(['nothing was tested: no request that carries postcard was sent', 'met'])
  })

  test('an expectation about a secret is not met if the attack concerns no path that carries it', () => {
    expect(judged(['secret(note) stays secret']).measured).toEqual([
      'nothing was tested: note is carried on other, and the attack concerns web',
    ])
  })

  test('an expectation about a secret says who learned it, even if no request carried it', () => {
    expect(judged(['secret(note) stays secret'], { path: 'other' }).measured).toEqual([
      expect.stringMatching(/^eve learned it at \d+ ns from packet \d+ on link\/wan\//),
    ])
  })
})

test('an expectation of an attack on a path that does not exist is not met, unless it expects not-applicable', () => {
  const path = "a component's path to the apiserver over HTTP"
  const { expectations } = runScenario({
    text: `
version: 1
cluster: { preset: kubeadm-hardened }
attackers:
  pod:
    on: a pod on another node
    vantage: pod
    plan: [{ at: 1s, technique: direct-request, path: ${path}, ask: list-secrets }]
expect:
  - never privilege by pod
  - never privilege by pod on ${path}
  - verdict(pod, ${path}) excludes privilege
  - verdict(pod, ${path}) is not-applicable
`,
  })
  const why = 'is not applicable: this configuration has no such path, or nothing there that it needs'
  expect(expectations.map(({ met }) => met)).toEqual([false, false, false, true])
  for (const { measured } of expectations.slice(0, 3)) expect(measured).toContain(why)
})
