import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Network } from '../../src/network/network.ts'
import type { PacketRule, RuleVerdict } from '../../src/network/packet-rule.ts'
import type { PacketView } from '../../src/network/packet-view.ts'
import type { Packet } from '../../src/network/rows.ts'
import type { Connection } from '../../src/transport/rows.ts'
import { Lab } from '../fixtures/lab.ts'
import { UnreliableRule } from '../fixtures/unreliable.ts'
import { type TcpCase, tcpCases } from './tcp-property.ts'

const MS = 1_000_000
const BEHAVED = { seed: 0, dropRatio: 0, delayRatio: 0, duplicateRatio: 0, longestDelayNs: MS, outages: [] } as const
const MOST_EVENTS = 20_000

/**
 * The course of a case: after each event, a hash of all columns of all connections; and at the end the digests, and a hash
 * of all columns of link directions, accounts and activities.
 */
interface Seen {
  readonly states: readonly number[]
  readonly digests: readonly number[]
  readonly network: readonly number[]
  readonly received: readonly number[]
  readonly events: number
  /** Segments that took the short path, and ACKs after which all that could be sent was sent by the short path. */
  readonly predicted: number
  readonly sentPlainly: number
}

/** Loses every packet that has arrived before: the copies of duplicated ones. So data that arrived count as missing. */
class LosesCopies implements PacketRule {
  private readonly seen = new Set<number>()

  judge({ identity }: PacketView): RuleVerdict {
    if (this.seen.has(identity)) return { action: 'drop' }
    this.seen.add(identity)
    return { action: 'pass' }
  }
}

function see(tcpCase: TcpCase, predictsHeaders: boolean, losesCopies = false): Seen {
  const { seed, delayNs, rateBps, mtuBytes, queueBytes } = tcpCase
  const link = {
    delayNs,
    rateBps,
    mtuBytes,
    queueBytes,
    lossRatio: 0,
    lossBursts: null,
    jitter: { kind: 'none' },
  } as const
  const lab = new Lab({ link, seed, a: tcpCase.hosts[0], b: tcpCase.hosts[1], predictsHeaders })
  lab.network.observer = null
  // Segments leave in bursts only by link directions without a rule.
  if (tcpCase.toB !== BEHAVED) lab.network.rules.setRule(lab.direction('a>b'), new UnreliableRule(tcpCase.toB))
  if (tcpCase.toA !== BEHAVED) lab.network.rules.setRule(lab.direction('b>a'), new UnreliableRule(tcpCase.toA))
  if (losesCopies)
    for (const name of ['a>b', 'b>a']) lab.network.rules.attach(lab.direction(name), 'exit', new LosesCopies())
  const states: number[] = []
  lab.afterEvent = () => states.push(hashOfConnections(lab))
  const counts = countPredicted(lab)
  const { a, b } = lab.connect(tcpCase.a, tcpCase.b)
  lab.run(Number.POSITIVE_INFINITY, MOST_EVENTS)
  const { digestHigh, digestLow } = lab.network.directions
  const { directions, accounts, activities } = allPublic(lab.network)
  return {
    states,
    digests: [...lab.network.directions.everyRow()].flatMap((row) => [digestHigh[row], digestLow[row]]),
    network: [directions, accounts, activities].map(hashOfTable),
    received: [a.receivedBytes, b.receivedBytes],
    events: states.length,
    ...counts(),
  }
}

function allPublic(network: Network) {
  return { directions: network.directions, accounts: network['accounts'], activities: network.activities }
}

function shortPaths({ tcp }: Lab) {
  return {
    prediction: tcp['prediction'],
    plainData: tcp['plainData'],
    plainAcks: tcp['plainAcks'],
    plainOutput: tcp['plainOutput'],
  }
}

/** Counts what the short path does, and returns a function that tells it. */
function countPredicted(lab: Lab): () => { predicted: number; sentPlainly: number } {
  let count = 0
  let sentPlainly = 0
  const counted =
    <Found extends number | boolean>(take: (connection: Connection, packet: Packet) => Found) =>
    (connection: Connection, packet: Packet) => {
      const found = take(connection, packet)
      if (Number(found) > 0) count++
      return found
    }
  const { prediction, plainData, plainAcks, plainOutput } = shortPaths(lab)
  prediction.take = counted(prediction.take.bind(prediction))
  plainData.take = counted(plainData.take.bind(plainData))
  plainAcks.take = counted(plainAcks.take.bind(plainAcks))
  const send = plainOutput.send.bind(plainOutput)
  plainOutput.send = (connection) => {
    const hasSent = send(connection)
    if (hasSent) sentPlainly++
    return hasSent
  }
  return () => ({ predicted: count, sentPlainly })
}

const SHORT_PATH_COLUMNS = ['predictsHeaders', 'plainRole']

/** Returns a hash of every number of every live connection, except the columns that belong to the short paths. */
function hashOfConnections({ tcp, plan }: Lab): number {
  const { connections } = tcp
  const columns = Object.entries(connections).flatMap(([name, column]) =>
    ArrayBuffer.isView(column) && !SHORT_PATH_COLUMNS.includes(name) ? [column as Float64Array] : [],
  )
  let hash = 0
  for (let host = 0; host < plan.hosts.length; host++)
    for (const connection of connections.ofHost(host))
      for (const column of columns) hash = mixed(hash, column[connection])
  return hash
}

/** Returns a hash of every number of every row that was ever in use. */
function hashOfTable(table: { everyRow(): Iterable<number> }): number {
  const columns = Object.values(table).flatMap((column: unknown) =>
    ArrayBuffer.isView(column) ? [column as Float64Array] : [],
  )
  let hash = 0
  for (const row of table.everyRow()) for (const column of columns) hash = mixed(hash, column[row])
  return hash
}

const bits = new Float64Array(1)
const words = new Int32Array(bits.buffer)

function mixed(hash: number, value: number): number {
  bits[0] = value
  return (Math.imul(hash ^ words[0], 0x9e3779b1) + Math.imul(words[1], 0x85ebca6b)) | 0
}

/** Returns a case over links without rules, in which Linux sends so much that bursts of full segments leave. */
function peaceful(tcpCase: TcpCase): TcpCase {
  const { hosts, b, mtuBytes } = tcpCase
  const [first, second] = hosts.map((host) => ({ ...host, profile: 'linux' as const }))
  return {
    ...tcpCase,
    toA: BEHAVED,
    toB: BEHAVED,
    hosts: [first, second],
    b: { ...b, sends: 3 * (b.sends ?? 1) + 40 * mtuBytes },
  }
}

test('the short path leaves every connection after every event as the full path does, whatever the network does', () => {
  let predicted = 0
  let sentPlainly = 0
  fc.assert(
    fc.property(tcpCases(60_000), fc.boolean(), fc.boolean(), (anyCase, isPeaceful, losesSome) => {
      const tcpCase = isPeaceful ? peaceful(anyCase) : anyCase
      const losesCopies = losesSome && !isPeaceful
      const { predicted: short, sentPlainly: sent, ...withPrediction } = see(tcpCase, true, losesCopies)
      const { predicted: none, sentPlainly: noneSent, ...without } = see(tcpCase, false, losesCopies)
      predicted += short
      sentPlainly += sent
      expect(noneSent).toBe(0)
      expect(none).toBe(0)
      expect(withPrediction).toEqual(without)
    }),
    { numRuns: 40 },
  )
  expect(predicted).toBeGreaterThan(500)
  expect(sentPlainly).toBeGreaterThan(30)
}, 60_000)

const HOST = {
  profile: 'linux',
  congestion: 'cubic',
  overrides: {},
  receiveBufferBytes: null,
  sendBufferBytes: null,
} as const
const DOWNLOAD: TcpCase = {
  seed: 1,
  delayNs: 10 * MS,
  rateBps: 100_000_000,
  mtuBytes: 1500,
  queueBytes: null,
  toB: BEHAVED,
  toA: BEHAVED,
  hosts: [HOST, HOST],
  a: { sends: 1, finishes: 'when-ended' },
  b: { sends: 2_000_000, chunk: 1_000_000, finishes: 'when-sent' },
}

const SHORTER: TcpCase = { ...DOWNLOAD, b: { ...DOWNLOAD.b, sends: 600_000 } }

test('nearly all segments of a bulk transfer take the short path', () => {
  const { predicted, sentPlainly, events } = see(DOWNLOAD, true)
  expect(predicted / events).toBeGreaterThan(0.95)
  expect(sentPlainly / events).toBeGreaterThan(0.2)
})

test('most packets of a bulk transfer with losses take the short path', () => {
  const { predicted, events } = see({ ...DOWNLOAD, toA: { ...BEHAVED, seed: 5, dropRatio: 0.01 } }, true)
  expect(predicted / events).toBeGreaterThan(0.7)
})

test.each([
  ['a queue that overflows', { queueBytes: 30_000 }],
  ['a slow link', { rateBps: 10_000_000 }],
  ['a small window of the receiver', { hosts: [{ ...HOST, receiveBufferBytes: 20_000 }, HOST] }],
  ['a small send buffer', { hosts: [HOST, { ...HOST, sendBufferBytes: 40_000 }] }],
  ['a link without a rate', { rateBps: null }],
] satisfies [string, Partial<TcpCase>][])('a bulk transfer over %s takes both paths to the same state', (_, part) => {
  const { predicted, sentPlainly, ...withPrediction } = see({ ...SHORTER, ...part }, true)
  const { predicted: none, sentPlainly: noneSent, ...without } = see({ ...SHORTER, ...part }, false)
  expect(withPrediction).toEqual(without)
  expect(predicted).toBeGreaterThan(none)
  expect(sentPlainly).toBeGreaterThan(noneSent)
})

test('a loss of only a copy ends with the ACK of the original by both paths', () => {
  const tcpCase = { ...SHORTER, toA: { ...BEHAVED, seed: 3, duplicateRatio: 0.02 } }
  const { predicted, sentPlainly, ...withPrediction } = see(tcpCase, true, true)
  const { predicted: none, sentPlainly: noneSent, ...without } = see(tcpCase, false, true)
  expect(withPrediction).toEqual(without)
  expect(predicted).toBeGreaterThan(none)
  expect(sentPlainly).toBeGreaterThan(noneSent)
})

test.each(['bbr'] as const)(
  'a congestion control that measures rates, %s, sees every ACK in spite of header prediction',
  (congestion) => {
    const host = { ...HOST, congestion }
    expect(see({ ...DOWNLOAD, hosts: [host, host] }, true).predicted).toBe(0)
  },
)
