import { describe, expect, test } from 'vitest'
import { type RelayParts, RelayService } from '../../src/attack/sockets/relays.ts'
import type { RelayPlan } from '../../src/attack/sockets/sockets-plan.ts'
import type { ProxiedRequests } from '../../src/cluster/apiserver/proxied-requests.ts'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import type { Exchange } from '../../src/http/rows.ts'

const [ATTACKER, STEP] = [4, 6]
/** An exchange of each request, with the request's number; its stream and that below have 100 and 200 added. */
const [KNOWN, UNKNOWN] = [1, 2]
const exchangeOf = (request: number) => request as Exchange
const CREDENTIAL = { kind: 'token', subject: 3 } as const

interface Options {
  readonly credential?: RelayPlan['credential']
  /** Whether the attacker has the credential. */
  readonly isHeld?: boolean
  /** What carries the stream below the exchange, and what carries that. */
  readonly carriers?: readonly ('tcp' | 'tls' | 'ssh')[]
}

/** A relay of one request, whose proxying is recorded. */
function relay({ credential = null, isHeld = false, carriers = ['tcp'] }: Options = {}) {
  const [done, streams]: [string[], Record<string, string>] = [[], {}]
  const below = 200 + KNOWN
  carriers.forEach((carrier, depth) => {
    streams[below + 1_000 * depth] = carrier
  })
  const tcp = {
    connections: { rowAt: (row: number) => row, localAddress: { [below + 5_000]: 12, [below + 6_000]: 12 } },
  }
  const tls = { sessions: { lower: { [below + 5_000]: below + 1_000 } } }
  const parts = {
    arena: new Arena(),
    streams: {
      registerUser: () => 0,
      abort: (stream: number) => done.push(`aborts ${stream}`),
      isCarriedBy: (stream: number, by: unknown) =>
        streams[stream] === (by === tcp ? 'tcp' : by === tls ? 'tls' : 'ssh'),
      table: { carrier: { [below]: below + 5_000, [below + 1_000]: below + 6_000 } },
    },
    http: {
      directory: { requests: [] },
      registerOwner: () => 0,
      registerService: () => 0,
      lowerOf: (exchange: number) => exchange + 200,
      exchanges: { request: { [KNOWN]: KNOWN, [UNKNOWN]: UNKNOWN }, stream: { [KNOWN]: 101, [UNKNOWN]: 102 } },
    },
    upstreams: { registerUser: () => 0 },
    processors: { register: () => 0 },
    accounts: { allocate: () => 8 },
    knowledge: {
      hasCredential: (attacker: number, asked: object) => attacker === ATTACKER && asked === CREDENTIAL && isHeld,
    },
    accepted: { noteRelayed: (step: number, exchange: number) => done.push(`step ${step} relays ${exchange}`) },
    tls,
    tcp,
    serverAddresses: [11, 12, 13],
  } as unknown as RelayParts
  const plan = { attacker: ATTACKER, credential, proxied: new Map([[KNOWN, {}]]) } as unknown as RelayPlan
  const service = new RelayService(parts, plan, STEP)
  const proxied: ProxiedRequests = service['proxied']
  proxied.begin = (exchange) => done.push(`proxies ${exchange}`)
  return { service, proxied, done }
}

describe('a relay', () => {
  test.each([
    [{}, ['proxies 1', 'aborts 102']],
    [{ credential: CREDENTIAL, isHeld: true }, ['proxies 1', 'aborts 102']],
    [{ credential: CREDENTIAL, isHeld: false }, ['aborts 101', 'aborts 102']],
  ])(
    'a relay forwards the requests of its path, with its credential if needed, and aborts others: %o',
    (options, is) => {
      const { service, done } = relay(options)
      for (const request of [KNOWN, UNKNOWN]) service.onRequest(exchangeOf(request))
      expect(done).toEqual(is)
    },
  )

  test('a relay aborts requests for which it cannot reach the real server', () => {
    const { proxied, done } = relay()
    proxied['parts'].refuse(exchangeOf(KNOWN), 502, 'connection refused', 0)
    expect(done).toEqual(['aborts 101'])
  })

  test('a relay spends CPU time on what it forwards', () => {
    expect([...relay().proxied['parts'].payers]).toEqual([[KNOWN, 8]])
  })

  test.each([
    [200, ['step 6 relays 1']],
    [399, ['step 6 relays 1']],
    [400, []],
    [502, []],
  ])('a relay counts as relayed if the real server answers without an error (%i)', (status, is) => {
    const { proxied, done } = relay()
    proxied.onForwarding?.(exchangeOf(KNOWN), status)
    expect(done).toEqual(is)
  })

  test.each([
    [['tcp'] as const, 1],
    [['tls', 'tcp'] as const, 1],
    [['tls', 'ssh'] as const, -1],
    [['ssh'] as const, -1],
  ])('a relay forwards to the server whose address the client has dialled, over %s', (carriers, chosen) => {
    const { proxied } = relay({ carriers })
    const ends = [2, 1, 0].map((path) => ({ path })) as unknown as Parameters<
      NonNullable<typeof proxied.chooseEndpoint>
    >[1]
    expect(proxied.chooseEndpoint?.(exchangeOf(KNOWN), ends)).toBe(chosen)
    expect(proxied.chooseEndpoint?.(exchangeOf(KNOWN), [])).toBe(NONE)
  })
})
