import { describe, expect, test } from 'vitest'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import {
  APPLICATION_DATA,
  CLIENT_FLIGHT,
  CLIENT_HELLO,
  CLOSE_NOTIFY,
  SERVER_FLIGHT,
} from '../../src/security/tls-session.ts'
import type { Behaviour } from '../fixtures/endpoint.ts'
import { ms } from '../fixtures/lab.ts'
import { delay } from '../fixtures/rules.ts'
import { TlsLab } from '../fixtures/tls-lab.ts'
import { tlsClient, tlsServer } from './tls-ends.ts'

const client = tlsClient()
const server = tlsServer()

/** What both ends write on the TCP connection: who, the tick, the kind, the size, and the plaintext of a record. */
function recordWrites(lab: TlsLab): (readonly [string, number, number, number, number])[] {
  const { contents, timeline } = lab
  const written: (readonly [string, number, number, number, number])[] = []
  const append = contents.appendMarked.bind(contents)
  contents.appendMarked = (content, lengthBytes, kind, value, ...more) => {
    const by = contents.table.author[content] === lab.host('a') ? 'client' : 'server'
    if (kind !== 0) written.push([by, timeline.now, kind, lengthBytes, kind === APPLICATION_DATA ? value : 0])
    append(content, lengthBytes, kind, value, ...more)
  }
  return written
}

test('data that a user writes during the TLS handshake is sent with what it writes after it', () => {
  const lab = new TlsLab({ client, server, asks: { sends: 30, finishes: 'never' } })
  const written = recordWrites(lab)
  lab.asking.write(10)
  lab.run(ms(1000))
  expect(written).toEqual([
    ['client', 20_009_600, CLIENT_HELLO, 250, 0],
    ['server', 30_037_920, SERVER_FLIGHT, 866, 0],
    ['client', 40_115_520, CLIENT_FLIGHT, 64, 0],
    ['client', 40_115_520, APPLICATION_DATA, 30 + 22, 30],
  ])
  expect(lab.served.receivedBytes).toBe(30)
})

test('only as many TLS records are encrypted as the send buffer has room for, and the others later', () => {
  const lab = new TlsLab({ client, server, asks: { sends: 2_000_000, finishes: 'never' } })
  const written = recordWrites(lab)
  const data = () => written.filter(([, , kind]) => kind === APPLICATION_DATA)
  lab.run(ms(45))
  const atOnce = data()
  expect(atOnce).toEqual(Array(3).fill(['client', 40_115_520, APPLICATION_DATA, 16_406, 16_384]))
  lab.run(ms(4000))
  // A round trip after the first: the acknowledgements make room.
  expect(data()[3][1]).toBeGreaterThan(60_000_000)
  expect(data().reduce((sum, [, , , , bytes]) => sum + bytes, 0)).toBe(2_000_000)
  expect(lab.served.receivedBytes).toBe(2_000_000)
})

test('TLS records are encrypted and decrypted one after the other, in the time that each takes', () => {
  const cpu = { ...CPU_FIGURES.instant, recordNs: ms(1), recordByteNs: 2 }
  const lab = new TlsLab({ client, server, asks: { sends: 40_000 }, cpu })
  const written = recordWrites(lab)
  lab.run(ms(4000))
  const begin = 40_115_520
  const full = ms(1) + 2 * 16_384
  const rest = ms(1) + 2 * 7232
  expect(written.slice(2)).toEqual([
    ['client', begin, CLIENT_FLIGHT, 64, 0],
    ['client', begin + full, APPLICATION_DATA, 16_406, 16_384],
    ['client', begin + 2 * full, APPLICATION_DATA, 16_406, 16_384],
    ['client', begin + 2 * full + rest, APPLICATION_DATA, 7254, 7232],
    ['client', begin + 2 * full + rest, CLOSE_NOTIFY, 24, 0],
    ['server', lab.served.endTick, CLOSE_NOTIFY, 24, 0],
  ])
  expect(lab.served.receivedBytes).toBe(40_000)
  // The segment that ends the second record arrives when the first one is decrypted, and the third one's before that.
  const segment = lab.trace.packets.find(({ direction, sequence, payloadBytes }) => {
    const secondEnd = 251 + 64 + 2 * 16_406
    return direction === 'a>b' && sequence < secondEnd && sequence + payloadBytes >= secondEnd
  })
  expect(segment?.outcome).toBe(72_952_448)
  expect([lab.served.lastByteTick, lab.served.endTick]).toEqual(Array(2).fill(72_952_448 + full + rest))
})

test('a user of TLS has room for less than two records that wait for encryption', () => {
  const lab = new TlsLab({ client, server, asks: { finishes: 'never' } })
  const hasRoom = () => lab.streams.hasRoom(lab.streams.table.rowAt(lab.asking.stream))
  lab.run(ms(25))
  lab.asking.write(2 * 16_384 - 1)
  expect(hasRoom()).toBe(true)
  lab.asking.write(1)
  expect(hasRoom()).toBe(false)
})

test.each([
  ['go', 'fixed'],
  ['fixed', 'go'],
] as const)('each end of a TLS session sizes its own records: a client %s, its server %s', (ofClient, ofServer) => {
  const lab = new TlsLab({
    client: { ...client, recordSizing: ofClient },
    server: { ...server, recordSizing: ofServer },
    asks: { sends: 5_000, finishes: 'never' },
    serves: { sends: 5_000, finishes: 'never' },
  })
  const written = recordWrites(lab)
  lab.run(ms(1000))
  const sizesOf = (name: string) =>
    written.flatMap(([by, , kind, , bytes]) => (by === name && kind === APPLICATION_DATA ? [bytes] : []))
  // What fits into one segment and then into two, or all at once.
  const expected = { go: [1_186, 2_372, 1_442], fixed: [5_000] }
  expect([sizesOf('client'), sizesOf('server')]).toEqual([expected[ofClient], expected[ofServer]])
})

test('a user of TLS that has not asked for room is not told of it', () => {
  const lab = new TlsLab({ client, server, asks: { sends: 2_000_000, finishes: 'never' } })
  const told: number[] = []
  const drained = lab.streams.drained.bind(lab.streams)
  lab.streams.drained = (stream) => {
    told.push(stream)
    drained(stream)
  }
  lab.run(ms(4000))
  expect(lab.served.receivedBytes).toBe(2_000_000)
  expect(told.filter((stream) => stream === lab.asking.stream)).toEqual([])
})

test('a user of a TLS session may finish its stream when it is told of a failure', () => {
  const lab = new TlsLab({ client, server, serves: { finishes: 'never' }, asks: { sends: 10, finishes: 'never' } })
  const failures: string[] = []
  lab.endpoints.onFailure = (_, reason) => {
    failures.push(reason)
    lab.asking.finish()
  }
  lab.at(ms(100), () => lab.served.abort())
  lab.run(ms(1000))
  expect([failures, lab.tls.sessions.count]).toEqual([['connection reset'], 0])
})

describe('a user that reads no more', () => {
  const leaving = (asks: Behaviour, leave: (lab: TlsLab) => void) => {
    const lab = new TlsLab({ client, server, asks, serves: { finishes: 'never' } })
    lab.at(ms(100), () => leave(lab))
    lab.run(ms(100))
    return lab
  }

  test('a TLS user that stops reading ends the session at once if all it wrote was sent, and later data are refused', () => {
    const lab = leaving({ sends: 10 }, ({ asking }) => asking.close())
    expect([lab.tls.sessions.count, lab.served.hasEnded]).toEqual([1, true])
    lab.served.write(10)
    lab.run(ms(1000))
    expect([lab.served.failure, lab.asking.receivedBytes, lab.tls.sessions.count]).toEqual(['connection reset', 0, 0])
  })

  test('a TLS user that stops reading still has all sent that it wrote', () => {
    const lab = leaving({ finishes: 'never' }, ({ asking }) => {
      asking.write(500_000)
      asking.finish()
      asking.close()
    })
    expect([lab.tls.sessions.count, lab.served.receivedBytes]).toEqual([2, 0])
    lab.run(ms(1000))
    expect([lab.tls.sessions.count, lab.served.receivedBytes, lab.served.hasEnded]).toEqual([1, 500_000, true])
  })

  test('a TLS user that stops reading and aborts resets the connection', () => {
    const lab = leaving({ sends: 10, finishes: 'never' }, ({ asking }) => asking.abort())
    expect(lab.tls.sessions.count).toBe(1)
    lab.run(ms(1000))
    expect([lab.served.failure, lab.served.failTick, lab.tls.sessions.count]).toEqual([
      'connection reset',
      ms(110) + 3_200,
      0,
    ])
  })
})

describe('the patience of a client whose server answers late', () => {
  const CONNECTED = 20_009_600
  const ANSWERED = 40_115_520
  const PATIENCE = 10_000_000_000

  function askingWith(lateNs: number): TlsLab {
    const untilDeadline = CONNECTED + PATIENCE - ANSWERED
    const late = delay(({ payloadBytes }) => payloadBytes > 0, untilDeadline + lateNs)
    const lab = new TlsLab({ client, server, toClient: [late], asks: { finishes: 'never' } })
    lab.run(ms(15_000))
    return lab
  }

  test('a client’s TLS handshake time-out ends ten seconds after it connected', () => {
    const { asking } = askingWith(1)
    expect([asking.openTick, asking.failTick, asking.failure]).toEqual([null, CONNECTED + PATIENCE, 'timed out'])
  })

  test('a client’s TLS handshake time-out has no effect if the handshake completes a nanosecond before', () => {
    const { asking } = askingWith(-1)
    expect([asking.openTick, asking.failTick, asking.failure]).toEqual([CONNECTED + PATIENCE - 1, null, null])
  })
})
