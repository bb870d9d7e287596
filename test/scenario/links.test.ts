import { expect, it } from 'vitest'
import type { LinkOptions } from '../../src/network/link-options.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'

function load(figures: string, tcp = '{}') {
  const text = `version: 1
hosts: { master: { tcp: ${tcp} }, node: {} }
links: { wan: { between: [master, node], delay: 10ms, ${figures} } }
paths: { p: { from: master, to: node } }
workloads: { w: { path: p, requests: 1 } }
`
  const loaded = loadScenario({ text, file: 'test.yaml' }, {})
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded.scenario.blueprint
}

function forward(figures: string): LinkOptions {
  return load(figures).links[0].forward
}

it('a link can have losses in bursts and log-normal jitter', () => {
  const { lossRatio, lossBursts, jitter } = forward(
    'loss: { gilbert: { good-to-bad: 0.1%, bad-to-good: 20% } }, jitter: { log-normal: { median: 1ms, p99: 10ms } }',
  )
  expect(lossRatio).toBe(0)
  expect(lossBursts).toEqual({ goodToBad: 0.001, badToGood: 0.2, lossInBad: 1, slotNs: null })
  expect(jitter).toEqual({ kind: 'log-normal', medianNs: 1_000_000, p99Ns: 10_000_000, canReorder: false })
})

it('burst loss replaces the loss of a profile, and a loss replaces burst loss', () => {
  const bursts = 'loss: { gilbert: { good-to-bad: 1%, bad-to-good: 9%, slot: 1ms } }'
  expect(forward(`profile: public-network, ${bursts}`)).toMatchObject({
    lossRatio: 0,
    lossBursts: { goodToBad: 0.01, slotNs: 1_000_000 },
  })
  expect(forward('loss: 1%')).toMatchObject({ lossRatio: 0.01, lossBursts: null })
})

it('log-normal jitter whose p99 is below its median is refused', () => {
  expect(() => forward('jitter: { log-normal: { median: 2ms, p99: 1ms } }')).toThrow(
    'the 99th percentile is less than the median',
  )
})

it('a host can override single values of its TCP profile', () => {
  const [master, node] = load(
    'rate: 1Gbps',
    '{ profile: linux, recovery: sack, undo: false, delayed-ack: 100ms, slow-start-after-idle: false, autotuning: false }',
  ).hosts
  expect(master.tcp.overrides).toEqual({
    recovery: 'sack',
    undoesSpurious: false,
    delayedAckNs: 100_000_000,
    afterIdle: 'keep',
    growsReceiveBuffer: false,
  })
  expect(node.tcp.overrides).toBeUndefined()
})

it('each override of TCP has a key that sets it', () => {
  const keys =
    'nagle: true, limited-transmit: false, prr: false, tail-loss-probe: false, hystart: false, initial-window: 3, min-rto: 50ms, window-probes: 0, quick-acks: 0, delayed-ack: off, send-buffer-limit: 128KiB, timer-tick: off'
  expect(load('rate: 1Gbps', `{ ${keys} }`).hosts[0].tcp.overrides).toEqual({
    hasNagle: true,
    hasLimitedTransmit: false,
    spreadsReduction: false,
    probesTail: false,
    hasHystart: false,
    initialWindow: 3,
    timeoutFloorNs: 50_000_000,
    windowProbes: 0,
    quickAcks: 0,
    delayedAckNs: 0,
    sendBufferBytes: 131_072,
    timerTickNs: 0,
  })
})

it.each([
  ['{ congestion: reno, hystart: true }', 'hystart needs congestion: cubic, and this host has congestion: reno'],
  [
    '{ send-buffer: 64KiB, send-buffer-limit: 1MiB }',
    'send-buffer-limit needs buffers that grow, and this host has send-buffer',
  ],
  [
    '{ profile: rfc, send-buffer-limit: 1MiB }',
    'send-buffer-limit needs profile: linux, and this host has profile: rfc',
  ],
  [
    '{ congestion: bbr, prr: false }',
    /prr needs congestion: cubic, reno(, [^,]+)* or [^ ]+, and this host has congestion: bbr/,
  ],
  ['{ profile: ns3, prr: true }', "prr needs recovery: rack or sack, and this host has ns-3's own"],
  [
    '{ congestion: bbr, slow-start-after-idle: true }',
    /slow-start-after-idle needs congestion: cubic, reno(, [^,]+)* or [^ ]+, and this host has congestion: bbr/,
  ],
  [
    '{ receive-buffer: 1MiB, autotuning: true }',
    'autotuning needs buffers that grow, and this host has receive-buffer',
  ],
  ['{ profile: rfc, tail-loss-probe: true }', 'tail-loss-probe needs recovery: rack, and this host has recovery: sack'],
])('a TCP key without an effect is refused: %s', (tcp, message) => {
  expect(() => load('rate: 1Gbps', tcp)).toThrow(message)
})

it.each([
  ['0ms', '0ms is out of range: at least 1ms, since kernels are built for 100 to 1000 ticks a second'],
  ['100ms', '100ms is out of range: at most 10ms, since kernels are built for 100 to 1000 ticks a second'],
])('a timer tick of %s is refused', (tick, message) => {
  expect(() => load('rate: 1Gbps', `{ timer-tick: ${tick} }`)).toThrow(message)
})

it.each([
  ['send-buffer-limit: 1B', '1B is out of range: at least 16KiB, since it is the initial value in net.ipv4.tcp_wmem'],
  ['send-buffer-limit: 2GiB', '2GiB is out of range: at most 1GiB, since a Linux socket counts its memory in 31 bits'],
  ['receive-buffer: 2GiB', '2GiB is out of range: at most 1GiB, since the window scale of RFC 7323 allows no more'],
  ['delayed-ack: 1h', '1h is out of range: at most 500ms, since RFC 9293 section 3.8.6.3 allows no more'],
])('a buffer or delay out of range is refused with the reason for the bound: %s', (key, message) => {
  expect(() => load('rate: 1Gbps', `{ ${key} }`)).toThrow(message)
})
