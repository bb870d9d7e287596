import { expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

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

test('plain HTTP leaks a secret, and TLS resists eavesdropping', () => {
  expect(runScenario({ text: PLAIN })).toLeak('log-line')
  expect(runScenario({ text: PLAIN })).not.toResist('eavesdrop', { path: 'logs' })
  expect(runScenario({ text: SEALED })).toResist('eavesdrop', { path: 'logs' })
  expect(runScenario({ text: SEALED })).not.toLeak('log-line')
})

test('a failing matcher prints the evidence and the command that reproduces the run', () => {
  const result = runScenario({ text: PLAIN }, { seed: 7 })
  expect(() => expect(result).toResist('eavesdrop')).toThrow(
    /eavesdrop succeeded:\n {2}eve \(passive\) on logs against server: read; 3 of 3 messages; noticed: none\n {4}read: a request was read, at \d+ ns, packet \d+ on link\/wan\/forward\nreproduce: npx onpath run - --seed 7/,
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
  expect(result).not.toLeak('log-line', { attacker: 'nobody' })
  const twice = untried.replace('plan: [', 'plan: [{ technique: eavesdrop, path: logs, for: 10s }, ')
  expect(runScenario({ text: twice })).toLeak('log-line')
  expect(runScenario({ text: twice })).not.toResist('eavesdrop')
})

test('toHaveDigest accepts the whole digest or a prefix of 8 digits', () => {
  const result = runScenario({ text: PLAIN })
  expect(result).toHaveDigest(result.digest)
  expect(result).toHaveDigest(result.digest.slice(0, 8))
  expect(() => expect(result).toHaveDigest('00000000')).toThrow(`the digest is ${result.digest}`)
  expect(() => expect(result).toHaveDigest('53de')).toThrow('53de is not a digest')
})
