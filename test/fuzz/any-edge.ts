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

const workload = fc
  .record({
    path: one('plain', 'tls', 'ssh', 'agents', 'back'),
    connection: maybe(one('per-request', 'keep-alive')),
    request: bytes,
    response: bytes,
    start: maybe(one('1ns', '1s', '99d', '100d')),
    pace: fc.oneof(
      fc.record({ requests: one(1, 1_000, 1_000_000), concurrency: one(1, 100, 10_000) }),
      fc.record({ rate: one('1/h', '1000/s', '1000000/s'), for: one('1ns', '1s', '100d') }),
      fc.record({
        kind: fc.constant('stream'),
        rate: one('1B/s', '1GB/s'),
        chunk: one('1B', '1GB'),
        for: one('1s', '100d'),
      }),
    ),
  })
  .map(({ pace, ...rest }) => ('kind' in pace ? { path: rest.path, ...pace } : { ...rest, ...pace }))

const attacker = fc.record({
  on: fc.constant('wan'),
  vantage: fc.constant('inline'),
  plan: fc.array(
    fc.record(
      {
        technique: one('delay', 'drop', 'reset', 'tamper', 'impersonate-server', 'replay'),
        at: one('0s', '1ns', '1s', '99d'),
        for: one('1ns', '100d'),
        delay: one('1ns', '100d'),
        count: one(1, 1_000_000_000),
      },
      { requiredKeys: ['technique', 'at'] },
    ),
    { minLength: 1, maxLength: 3 },
  ),
})

const event = fc.oneof(
  fc.record({ at: one('0s', '1s', '99d', '100d'), restart: one('a', 'b', 'c') }),
  fc.record({
    at: one('0s', '1s', '99d'),
    for: one('1ns', '100d'),
    link: one('wan', 'far'),
    state: fc.constant('down'),
  }),
)

const middlebox = fc.record({
  kind: one('nat', 'balancer'),
  before: one('a', 'b'),
  idle: one('1s', '100d'),
  expired: one('drop', 'reset-on-next', 'reset-both-at-expiry'),
})

/** Generates scenarios at the edge of what hosts, links and time can hold. */
export const anyEdgeText: fc.Arbitrary<string> = fc
  .record(
    {
      duration: one('1ns', '1s', '1h', '100d'),
      hosts: fc.record({ a: host, b: host, c: host }),
      links: fc.record({ wan: link, far: link }),
      workloads: fc.array(workload, { minLength: 1, maxLength: 3 }),
      attackers: fc.dictionary(one('mallory'), attacker),
      middleboxes: fc.dictionary(one('box'), middlebox),
      events: fc.array(event, { maxLength: 2 }),
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
