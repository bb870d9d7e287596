import fc from 'fast-check'
import { stringify } from 'yaml'

/** One of a few values, at the ends of what a scenario may ask for. */
const one = fc.constantFrom
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

const ports = fc.constantFrom('1-1', '1024-1025', '40000-40063', '40000-40064', '65535-65535', '1-65535')

const tcp = fc.record(
  {
    'ephemeral-ports': ports,
    'time-wait-reuse': one('never', 'loopback', 'always'),
    'initial-window': one(1, 1_000),
    'receive-buffer': one('2KB', '1GiB'),
    'send-buffer': one('2KB', '1GiB'),
    'min-rto': one('1ms', '10s'),
    'window-probes': one(0, 15),
    congestion: one('cubic', 'bbr', 'reno'),
    profile: one('linux', 'rfc', 'ns3'),
  },
  { requiredKeys: [] },
)

const host = fc.record({ cores: one(1, 1_024), cpu: one('go', 'instant'), tcp })

const link = fc.record(
  {
    delay: one('0ms', '1ns', '20ms', '1h'),
    rate: one('1kbps', '10000Gbps'),
    mtu: one(576, 65_535),
    queue: one('1 packets', '100000000 packets'),
    loss: one('0%', '50%', '100%'),
  },
  { requiredKeys: ['delay'] },
)

const bytes = one('0B', '1B', '64KB', '1GB', '100GB')

const closedLoop = one([1, 1], [1_000, 1], [1_000, 100], [1_000, 1_000], [1_000_000, 1], [1_000_000, 10_000]).map(
  ([requests, concurrency]) => ({ requests, concurrency }),
)

/** Rates with times that do not make more requests than a workload may have. */
const openLoop = one(['1/h', '1ns'], ['1/h', '100d'], ['1000/s', '1ns'], ['1000/s', '1s'], ['1000000/s', '1ns']).map(
  ([rate, duration]) => ({ rate, for: duration }),
)

/** Rates, chunks and times that do not make more chunks than a stream may have. */
const stream = one(
  ['1B/s', '1B', '1s'],
  ['1B/s', '1B', '10h'],
  ['1B/s', '1GB', '100d'],
  ['1GB/s', '1GB', '1s'],
  ['1GB/s', '1GB', '10h'],
).map(([rate, chunk, duration]) => ({ kind: 'stream' as const, rate, chunk, for: duration }))

const workload = fc
  .record({
    path: one('plain', 'tls', 'ssh', 'agents', 'back'),
    connection: maybe(one('per-request', 'keep-alive')),
    request: bytes,
    response: bytes,
    start: maybe(one('1ns', '1s', '99d', '100d')),
    pace: fc.oneof(closedLoop, openLoop, stream),
  })
  .map(({ pace, ...rest }) => ('kind' in pace ? { path: rest.path, ...pace } : { ...rest, ...pace }))

/** The beginning and the length of what ends within the longest run. */
const period = one(['1ns', '1ns'], ['1ns', '99d'], ['1s', '1ns'], ['1s', '99d'], ['99d', '1ns'], ['99d', '1d']).map(
  ([at, duration]) => ({ at, for: duration }),
)

const instant = one('1ns', '1s', '99d').map((at) => ({ at }))

const step = fc
  .record({
    when: fc.oneof(period, instant),
    what: fc.oneof(
      one('1ns', '100d').map((delay) => ({ technique: 'delay', delay })),
      one('drop', 'reset', 'tamper', 'impersonate-server', 'replay').map((technique) => ({ technique })),
    ),
    count: maybe(one(1, 1_000_000_000)),
  })
  .map(({ when, what, count }) => ({ ...what, ...when, count }))

const attacker = fc.record({
  on: fc.constant('wan'),
  vantage: fc.constant('inline'),
  plan: fc.array(step, { minLength: 1, maxLength: 3 }),
})

const restart = fc.record({ at: one('1ns', '1s', '99d', '100d'), restart: one('a', 'b', 'c') })

const outage = fc
  .record({ when: period, link: one('wan', 'far') })
  .map(({ when, link: name }) => ({ ...when, link: name, state: 'down' }))

const middlebox = fc.record({
  kind: one('nat', 'balancer'),
  before: one('a', 'b'),
  idle: one('1s', '100d'),
  expired: one('drop', 'reset-on-next', 'reset-both-at-expiry'),
})

/** Returns what an event acts on: two events that act on it at the same time are refused. */
function targetOf(event: { readonly restart: string } | { readonly link: string }): string {
  return 'link' in event ? event.link : event.restart
}

/** Generates scenarios at the edge of what hosts, links and time can hold. Few, if any, are refused. */
export const anyEdgeText: fc.Arbitrary<string> = fc
  .record(
    {
      duration: one('1ns', '1s', '1h', '100d'),
      hosts: fc.record({ a: host, b: host, c: host }),
      links: fc.record({ wan: link, far: link }),
      workloads: fc.array(workload, { minLength: 1, maxLength: 3 }),
      attackers: fc.dictionary(one('mallory'), attacker),
      middleboxes: fc.dictionary(one('box'), middlebox),
      events: fc.uniqueArray(fc.oneof(restart, outage), { maxLength: 2, selector: targetOf }),
    },
    { requiredKeys: ['hosts', 'links', 'workloads'] },
  )
  .map(({ links, workloads, ...rest }) =>
    stringify({
      version: 1,
      ...rest,
      links: { wan: { between: ['a', 'b'], ...links.wan }, far: { between: ['b', 'c'], ...links.far } },
      paths: {
        plain: { from: 'a', to: 'b' },
        tls: { from: 'a', to: 'c', port: 443, tls: {} },
        ssh: { kind: 'apiserver-kubelet', from: 'a', to: 'b', tunnel: 'ssh' },
        agents: {
          kind: 'apiserver-kubelet',
          from: 'a',
          to: 'c',
          tunnel: { kind: 'konnectivity', authentication: 'certificate' },
        },
        back: { from: 'c', to: 'a', port: 81 },
      },
      workloads: Object.fromEntries(workloads.map((each, nth) => [`w${nth}`, each])),
    }),
  )
