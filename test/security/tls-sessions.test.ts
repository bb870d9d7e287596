import { describe, expect, test } from 'vitest'
import type { PacketRule } from '../../src/network/packet-rule.ts'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import { bothObservers, type SessionObserver } from '../../src/security/session-observer.ts'
import { ALERT } from '../../src/security/tls-session.ts'
import { ms } from '../fixtures/lab.ts'
import { type TlsEnds, TlsLab } from '../fixtures/tls-lab.ts'
import { clusterCa } from './kubeadm-certificates.ts'
import { tlsClient, tlsServer } from './tls-ends.ts'

const ca = clusterCa('ecdsa-p256')
const client = tlsClient()
const server = tlsServer()

/** A lab whose sessions are observed: what happens to which end. */
function observed(ends: Partial<TlsEnds>) {
  const lab = new TlsLab({ client, server, ...ends })
  const seen: string[] = []
  const note = (host: number, isClient: boolean, what: string) =>
    seen.push(`${lab.plan.hosts[host].name} ${isClient ? 'client' : 'server'} ${what}`)
  lab.tls.sessionObserver = {
    onSessionBegins() {},
    onPeerData() {},
    onPeerKnown: (host, _, isClient, of, at) => note(host, isClient, `knows ${of} at ${at}`),
    onSessionReady: (host, _, isClient) => note(host, isClient, 'is ready'),
    onRefused: (host, _, isClient, reason) => note(host, isClient, `refuses: ${reason}`),
    onSessionEnds: (host, _, isClient) => note(host, isClient, 'ends'),
  }
  return { lab, seen }
}

const HANDSHAKE = ['b server knows 1 at 2', 'a client knows 1 at 2', 'a client is ready', 'b server is ready']

/** Alters the bytes of the first packet with data on a direction, after the handshake. */
function alterOne(lab: TlsLab, direction: string): void {
  const { contents, network } = lab
  const { packets } = network
  let isDone = false
  const rule: PacketRule = {
    judge({ row, payloadBytes }) {
      if (payloadBytes === 0 || lab.timeline.now < ms(100) || isDone) return { action: 'pass' }
      isDone = true
      const original = packets.content[row]
      const altered = contents.alter(original, 9, 8, 7)
      packets.content[row] = altered
      packets.contentNameHigh[row] = contents.table.nameHigh[altered]
      packets.contentNameLow[row] = contents.table.nameLow[altered]
      contents.drop(original)
      return { action: 'pass' }
    },
  }
  network.rules.setRule(lab.direction(direction), rule)
}

test('a client whose TLS server has no certificate to present receives an internal_error alert', () => {
  for (const version of ['1.2', '1.3'] as const) {
    const lab = new TlsLab({ client: { ...client, version }, server: { ...server, isUnissued: true } })
    lab.run(ms(1000))
    expect(lab.asking.failure).toBe('remote error: tls: internal error')
  }
})

describe('the end of a TLS session', () => {
  test.each<[string, Partial<TlsEnds>, (lab: TlsLab) => void, readonly string[]]>([
    [
      'when both ends have finished',
      { asks: { sends: 10, finishes: 'when-sent' }, serves: { finishes: 'when-ended' } },
      ({ asking, served }) => {
        asking.close()
        served.close()
      },
      [...HANDSHAKE, 'a client ends', 'b server ends'],
    ],
    [
      'when the client aborts',
      { asks: { sends: 10, finishes: 'never' }, serves: { finishes: 'never' } },
      ({ asking }) => asking.abort(),
      [...HANDSHAKE, 'a client ends', 'b server ends'],
    ],
    [
      'when the client refuses the server’s certificate',
      { client: { ...client, trusts: ca, serverName: 'other.example' } },
      () => {},
      [
        'b server knows 1 at 2',
        'a client knows 1 at 2',
        'a client refuses: x509: certificate is not valid for this name',
        'a client ends',
        'b server ends',
      ],
    ],
    [
      'when the server has no certificate',
      { server: { ...server, isUnissued: true } },
      () => {},
      ['b server knows 1 at 2', 'b server refuses: no certificate to show', 'b server ends', 'a client ends'],
    ],
  ])('the end of a TLS session is reported at both ends, and leaves no rows: %s', (_, ends, leave, expected) => {
    const { lab, seen } = observed(ends)
    lab.at(ms(200), () => leave(lab))
    lab.run(ms(1000))
    expect([...seen].sort()).toEqual([...expected].sort())
    expect(lab.tls.sessions.count).toBe(0)
    // One end of the TCP connection is in TIME-WAIT for a minute.
    lab.run(ms(70_000))
    expect(lab.leftovers()).toEqual({})
  })
})

test('two observers of TLS sessions are told of everything, one after the other', () => {
  const calls: unknown[][] = []
  const observerOf = (name: string) =>
    new Proxy(
      {},
      {
        get:
          (_, method) =>
          (...values: unknown[]) =>
            calls.push([name, method, ...values]),
      },
    ) as SessionObserver
  const [first, second] = [observerOf('first'), observerOf('second')]
  expect(bothObservers(null, second)).toBe(second)
  const both = bothObservers(first, second)
  both.onSessionBegins(1, 2, true, 3, 4)
  both.onPeerData(1, 2, false, 5, 6)
  both.onPeerKnown(1, 2, true, 7, 8)
  both.onSessionReady(1, 2, false)
  both.onRefused(1, 2, true, 'record broken')
  both.onSessionEnds(1, 2, false)
  expect(calls).toEqual(
    [
      ['onSessionBegins', 1, 2, true, 3, 4],
      ['onPeerData', 1, 2, false, 5, 6],
      ['onPeerKnown', 1, 2, true, 7, 8],
      ['onSessionReady', 1, 2, false],
      ['onRefused', 1, 2, true, 'record broken'],
      ['onSessionEnds', 1, 2, false],
    ].flatMap((call) => [
      ['first', ...call],
      ['second', ...call],
    ]),
  )
})

describe('a record that was altered', () => {
  test('an altered TLS record is detected after the time of its decryption', () => {
    const cpu = { ...CPU_FIGURES.instant, recordNs: ms(1), recordByteNs: 100 }
    const { lab, seen } = observed({ cpu, asks: { finishes: 'never' }, serves: { finishes: 'never' } })
    alterOne(lab, 'a>b')
    lab.at(ms(100), () => lab.asking.write(500))
    lab.run(ms(100))
    const arrivals: number[] = []
    lab.network.observer = {
      observe: (stage, { payloadBytes, tickNs }) => stage === 'delivered' && payloadBytes > 0 && arrivals.push(tickNs),
    }
    lab.run(ms(1000))
    expect(seen).toContain('b server refuses: record broken')
    // A record of 500 bytes and 22 more, which took 1 ms and 50 µs to encrypt and takes as long to decrypt with its
    // overhead.
    expect(lab.served.failTick! - arrivals[0]).toBe(ms(1) + 100 * 522)
    expect(arrivals[0]).toBe(ms(100) + ms(1) + 100 * 500 + ms(10) + 574 * 80)
    expect([lab.served.failure, lab.asking.failure]).toEqual(['record broken', 'remote error: bad record MAC'])
  })

  test('an altered TLS record is refused without an alert by an end that has sent its close_notify', () => {
    const { lab, seen } = observed({ asks: { sends: 10, finishes: 'when-sent' }, serves: { finishes: 'never' } })
    alterOne(lab, 'b>a')
    const alerts: number[] = []
    const append = lab.contents.appendMarked.bind(lab.contents)
    lab.contents.appendMarked = (content, lengthBytes, kind, ...more) => {
      if (kind === ALERT) alerts.push(lengthBytes)
      append(content, lengthBytes, kind, ...more)
    }
    lab.at(ms(200), () => lab.served.write(10))
    lab.run(ms(1000))
    expect(seen).toContain('a client refuses: record broken')
    expect([lab.asking.failure, alerts]).toEqual(['record broken', []])
  })
})
