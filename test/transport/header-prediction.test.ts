import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Packet } from '../../src/network/rows.ts'
import type { Connection } from '../../src/transport/rows.ts'
import { Lab } from '../fixtures/lab.ts'
import { UnreliableRule } from '../fixtures/unreliable.ts'
import { type TcpCase, tcpCases } from './tcp-property.ts'

const MS = 1_000_000
const BEHAVED = { seed: 0, dropRatio: 0, delayRatio: 0, duplicateRatio: 0, longestDelayNs: MS, outages: [] } as const
const MOST_EVENTS = 20_000

/** The course of a case: after each event, a hash of all columns of all connections; and the digests at the end. */
interface Seen {
  readonly states: readonly number[]
  readonly digests: readonly number[]
  readonly received: readonly number[]
  readonly events: number
  /** Segments that took the short path. */
  readonly predicted: number
}

function see(tcpCase: TcpCase, predictsHeaders: boolean): Seen {
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
  lab.network.rules.setRule(lab.direction('a>b'), new UnreliableRule(tcpCase.toB))
  lab.network.rules.setRule(lab.direction('b>a'), new UnreliableRule(tcpCase.toA))
  const states: number[] = []
  lab.afterEvent = () => states.push(hashOfConnections(lab))
  const predicted = countPredicted(lab)
  const { a, b } = lab.connect(tcpCase.a, tcpCase.b)
  lab.run(Number.POSITIVE_INFINITY, MOST_EVENTS)
  const { digestHigh, digestLow } = lab.network.directions
  return {
    states,
    digests: [...digestHigh.slice(0, 8), ...digestLow.slice(0, 8)],
    received: [a.receivedBytes, b.receivedBytes],
    events: states.length,
    predicted: predicted(),
  }
}

function shortPaths({ tcp }: Lab) {
  return { prediction: tcp['prediction'], plainData: tcp['plainData'], plainAcks: tcp['plainAcks'] }
}

/** Counts the segments that the short path takes, and returns a function that tells how many there were. */
function countPredicted(lab: Lab): () => number {
  let count = 0
  const counted =
    <Found extends number | boolean>(take: (connection: Connection, packet: Packet) => Found) =>
    (connection: Connection, packet: Packet) => {
      const found = take(connection, packet)
      if (Number(found) > 0) count++
      return found
    }
  const { prediction, plainData, plainAcks } = shortPaths(lab)
  prediction.take = counted(prediction.take.bind(prediction))
  plainData.take = counted(plainData.take.bind(plainData))
  plainAcks.take = counted(plainAcks.take.bind(plainAcks))
  return () => count
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

const bits = new Float64Array(1)
const words = new Int32Array(bits.buffer)

function mixed(hash: number, value: number): number {
  bits[0] = value
  return (Math.imul(hash ^ words[0], 0x9e3779b1) + Math.imul(words[1], 0x85ebca6b)) | 0
}

test('whatever the network does, the short path leaves every connection after every event as the full path does', () => {
  let predicted = 0
  fc.assert(
    fc.property(tcpCases(60_000), fc.boolean(), (anyCase, isPeaceful) => {
      const tcpCase = isPeaceful ? { ...anyCase, toA: BEHAVED, toB: BEHAVED } : anyCase
      const { predicted: short, ...withPrediction } = see(tcpCase, true)
      const { predicted: none, ...without } = see(tcpCase, false)
      predicted += short
      expect(none).toBe(0)
      expect(withPrediction).toEqual(without)
    }),
    { numRuns: 150 },
  )
  expect(predicted).toBeGreaterThan(500)
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

test('nearly all segments of a bulk transfer take the short path', () => {
  const { predicted, events } = see(DOWNLOAD, true)
  expect(predicted / events).toBeGreaterThan(0.95)
})

test.each(['bbr'] as const)('a congestion control that measures rates, %s, sees every ACK', (congestion) => {
  const host = { ...HOST, congestion }
  expect(see({ ...DOWNLOAD, hosts: [host, host] }, true).predicted).toBe(0)
})
