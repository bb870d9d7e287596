import { describe, expect, test } from 'vitest'
import { PacketTap } from '../../src/packets/record/packet-tap.ts'
import type { RecordedPacket } from '../../src/packets/record/recorded-packet.ts'
import { type CheckedScenario, loadScenario } from '../../src/scenario/load.ts'
import { runForObservers } from '../../src/simulation/run.ts'
import { captureOf } from '../fixtures/captures.ts'
import { dissect, hasTshark } from '../fixtures/tshark.ts'

function load(paths: string, links = '', workloads = '{ path: web, requests: 2, response: 3KB }') {
  const text = `
version: 1
seed: 1
hosts: { client: { addresses: [10.0.0.1] }, server: { addresses: [10.0.0.2] } }
links: { wan: { between: [client, server], delay: 10ms${links} } }
paths: { web: { from: client, to: server${paths} } }
workloads: { requests: ${workloads} }
`
  const loaded = loadScenario({ file: 'tshark.yaml', text })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.scenario
}

const CLIENT = { kind: 'host', name: 'client' } as const

/** Returns the packets that a host puts on a link. */
function sentBy(scenario: CheckedScenario, link: string): readonly RecordedPacket[] {
  const sent: RecordedPacket[] = []
  const taps: PacketTap[] = []
  const sink = {
    onSent: (packet: RecordedPacket) => {
      if (packet.link === link) sent.push(packet)
    },
    onArrived: () => {},
    onDiscarded: () => {},
  }
  runForObservers(scenario, { observe: (simulation) => void taps.push(new PacketTap(simulation, [sink])) })
  for (const tap of taps) tap.finish()
  return sent
}

describe.skipIf(!hasTshark)('tshark', () => {
  test('tshark reads TLS 1.3: a ClientHello with its key share, and records after it', () => {
    const { file } = captureOf(load(', tls: { verify: none }'), { subject: CLIENT })
    dissect(file, (capture) => {
      expect(capture.problems()).toEqual([])
      const hellos = capture.fields(
        'tls.handshake.type == 1',
        'tls.handshake.extensions_key_share_group',
        'tls.handshake.extensions.supported_version',
      )
      expect(hellos).toEqual([['29', '0x0304,0x0303']])
      expect(capture.count('tls.handshake.type == 2')).toBe(1)
      expect(capture.count('tls.app_data')).toBeGreaterThan(4)
    })
  })

  test('tshark reads TLS 1.2: the plaintext certificate, and the key exchange', () => {
    const { file } = captureOf(load(', tls: { version: "1.2", verify: ca }'), { subject: CLIENT })
    dissect(file, (capture) => {
      expect(capture.problems()).toEqual([])
      expect(capture.fields('tls.handshake.type == 11', 'x509ce.IPAddress.ipv4')).toEqual([['10.0.0.2']])
      expect(capture.count('tls.handshake.type == 12')).toBe(1)
      expect(capture.count('tls.handshake.type == 16')).toBe(1)
    })
  })

  test('tshark reads plaintext HTTP, and HTTP in decrypted TLS', () => {
    dissect(captureOf(load(''), { subject: CLIENT }).file, (capture) => {
      expect(capture.problems()).toEqual([])
      expect(capture.fields('http.request', 'http.request.method', 'http.request.uri')).toEqual([
        ['GET', '/'],
        ['GET', '/'],
      ])
      expect(capture.fields('http.response', 'http.response.code')).toEqual([['200'], ['200']])
    })
    const { file } = captureOf(load(', tls: { verify: none }'), { subject: CLIENT, isPlaintext: true })
    dissect(file, (capture) => {
      expect(capture.problems()).toEqual([])
      expect(capture.count('http.request')).toBe(2)
      expect(capture.count('http.response.code == 200')).toBe(2)
    })
  })

  test('tshark counts the retransmissions that the sender made', () => {
    const scenario = load('', ', loss: 2%, rate: 20Mbps', '{ path: web, requests: 3, response: 300KB }')
    const sent = sentBy(scenario, 'link/wan/backward')
    const again = sent.filter(({ isRetransmission }) => isRetransmission)
    expect(again.length).toBeGreaterThan(3)
    const { file } = captureOf(scenario, { subject: { kind: 'host', name: 'server' } })
    dissect(file, (capture) => {
      const filter = 'ip.src == 10.0.0.2 && tcp.len > 0 && (tcp.analysis.retransmission || tcp.analysis.out_of_order)'
      const seen = capture.fields(filter, 'tcp.seq_raw').map(([sequence]) => Number(sequence))
      expect(seen).toEqual(again.map(({ sequenceNumber }) => sequenceNumber))
    })
  })
})
