import { describe, expect, test } from 'vitest'
import type { PacketStage } from '../../src/network/packet-observer.ts'
import { Capture } from '../../src/packets/pcap/capture.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'
import { blocksOf, captureOf, interfacesOf, packetsOf } from '../fixtures/captures.ts'

function load(paths: string, more = '') {
  const text = `
version: 1
seed: 1
hosts: { client: { addresses: [10.0.0.1] }, server: { addresses: [10.0.0.2] } }
links: { wan: { between: [client, server], delay: 10ms${more} } }
paths: { web: { from: client, to: server${paths} } }
workloads: { requests: { path: web, requests: 3, response: 20KB } }
`
  const loaded = loadScenario({ file: 'capture.yaml', text })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.scenario
}

describe('a capture', () => {
  test('a capture begins with a section and an interface for each end of a link', () => {
    const { file } = captureOf(load(''))
    const [section] = blocksOf(file)
    expect(section.type).toBe(0x0a0d0d0a)
    expect(section.body.subarray(0, 8).toString('hex')).toBe('1a2b3c4d00010000')
    expect(interfacesOf(file)).toEqual([
      'client:link/wan',
      'client:loopback/client',
      'server:link/wan',
      'server:loopback/server',
    ])
  })

  test('a capture has a SYN with the options of Linux and correct checksums, byte for byte', () => {
    const [syn] = packetsOf(captureOf(load('')).file)
    expect(syn.atNs).toBe(159_283n) // the cost of a dial
    const { bytes } = syn
    expect(bytes.subarray(0, 4).toString('hex')).toBe('4500003c')
    expect(bytes.subarray(6, 10).toString('hex')).toBe('40004006')
    expect(bytes.subarray(12, 20).toString('hex')).toBe('0a0000010a000002')
    expect(bytes.subarray(22, 24).readUInt16BE()).toBe(80)
    expect(bytes.subarray(28, 34).toString('hex')).toBe('00000000a002')
    expect(bytes.subarray(40, 50).toString('hex')).toBe('020405b40402080a0000')
    expect(bytes.subarray(56, 59).toString('hex')).toBe('010303')
    expect(sumOf(bytes.subarray(0, 20))).toBe(0xffff)
    const pseudo = Buffer.concat([bytes.subarray(12, 20), Buffer.from([0, 6, 0, bytes.length - 20])])
    expect(sumOf(Buffer.concat([pseudo, bytes.subarray(20)]))).toBe(0xffff)
  })

  test('a capture has each packet at both ends of the link, a delay apart', () => {
    const packets = packetsOf(captureOf(load('')).file)
    const [sent] = packets
    const arrived = packets.find(({ interfaceIndex, bytes }) => interfaceIndex === 2 && bytes.equals(sent.bytes))
    expect((arrived?.atNs ?? 0n) - sent.atNs).toBe(10_000_000n)
  })

  test('a capture has plaintext HTTP on a path without TLS, and not on one with it', () => {
    const text = (paths: string) => Buffer.from(captureOf(load(paths)).file).toString('latin1')
    expect(text('')).toContain('GET / HTTP/1.1\r\nhost: ')
    expect(text(', tls: { verify: none }')).not.toContain('HTTP/1.1\r\n')
  })

  test('a capture has the same bytes each time', () => {
    const scenario = load(', tls: { verify: none }')
    expect(captureOf(scenario).file).toEqual(captureOf(scenario).file)
  })

  test('a capture marks the packets that the link has lost, at the sender only', () => {
    const scenario = load('', ', loss: 5%')
    const counts = countsOf(scenario)
    const captured = packetsOf(captureOf(scenario).file)
    const lost = captured.filter(({ comments }) => comments.includes('lost on the link'))
    expect(lost.length).toBeGreaterThan(0)
    expect(lost.length).toBe(counts.lost)
    expect(captured.length).toBe(counts.sent + counts.delivered)
  })

  test('a capture repeats the bytes of a segment when it is sent again', () => {
    const captured = packetsOf(captureOf(load('', ', loss: 5%')).file)
    const lost = captured.find(({ comments, bytes }) => comments.includes('lost on the link') && bytes.length > 100)
    if (lost === undefined) throw new Error('no segment was lost')
    const [sequence, payload] = [lost.bytes.readUInt32BE(24), lost.bytes.subarray(52)]
    const again = captured.filter(
      ({ bytes, interfaceIndex }) =>
        interfaceIndex === lost.interfaceIndex && bytes.readUInt32BE(24) === sequence && bytes.length > 52,
    )
    expect(again.length).toBeGreaterThan(1)
    const shared = Math.min(...again.map(({ bytes }) => bytes.length - 52))
    for (const { bytes } of again) expect(bytes.subarray(52, 52 + shared)).toEqual(payload.subarray(0, shared))
  })

  test('a capture does not change the result of the run', () => {
    const scenario = load(', tls: { verify: none }')
    const captures: Capture[] = []
    const observed = run(scenario, {
      observe: (simulation) =>
        void captures.push(
          new Capture(simulation, {
            subject: { kind: 'everything' },
            isPlaintext: false,
            mostBytes: 1e9,
            write: () => {},
          }),
        ),
    })
    captures[0].finish()
    expect(observed).toEqual(run(scenario))
  })

  test('a capture leaves out packets beyond its size, and counts them', () => {
    const all = captureOf(load(''))
    const some = captureOf(load(''), { mostBytes: 10_000 })
    expect(some.leftOut).toBeGreaterThan(0)
    expect(some.packets + some.leftOut).toBe(all.packets)
    expect(some.file).toEqual(all.file.subarray(0, some.file.length))
  })

  test('a capture of a host has only the ends of links there', () => {
    const { file } = captureOf(load(''), { subject: { kind: 'host', name: 'server' } })
    expect(interfacesOf(file)).toEqual(['server:link/wan', 'server:loopback/server'])
  })
})

test('two captures of one run have the same bytes as each alone', () => {
  const scenario = load(', tls: { verify: none }')
  const files: Uint8Array[][] = [[], []]
  const captures: Capture[] = []
  const subject = { kind: 'host', name: 'server' } as const
  run(scenario, {
    observe: (simulation) => {
      for (const [i, isPlaintext] of [false, true].entries())
        captures.push(
          new Capture(simulation, { subject, isPlaintext, mostBytes: 1e9, write: (chunk) => files[i].push(chunk) }),
        )
    },
  })
  for (const capture of captures) capture.finish()
  expect(Buffer.concat(files[0])).toEqual(captureOf(scenario, { subject }).file)
  expect(Buffer.concat(files[1])).toEqual(captureOf(scenario, { subject, isPlaintext: true }).file)
})

describe('the plaintext capture of a host', () => {
  test('the plaintext capture of a host has the HTTP that its TLS sessions carry', () => {
    const scenario = load(', tls: { verify: none }')
    const { file } = captureOf(scenario, { subject: { kind: 'host', name: 'server' }, isPlaintext: true })
    const text = Buffer.from(file).toString('latin1')
    expect(text.match(/GET \/ HTTP\/1.1\r\n/g)).toHaveLength(3)
    expect(text.match(/HTTP\/1.1 200 OK\r\n/g)).toHaveLength(3)
    expect(text).toContain('plaintext of TLS')
  })

  test('the plaintext capture of a host is empty where it has no keys', () => {
    const { packets } = captureOf(load(''), { subject: { kind: 'host', name: 'server' }, isPlaintext: true })
    expect(packets).toBe(0)
  })
})

/** Counts the events of packets, without a capture. */
function countsOf(scenario: ReturnType<typeof load>): Record<'sent' | 'delivered' | 'lost', number> {
  const counts = { sent: 0, delivered: 0, lost: 0 }
  const observer = {
    observe: (stage: PacketStage) => {
      if (stage === 'sent' || stage === 'delivered' || stage === 'lost') counts[stage]++
    },
  }
  run(scenario, {
    observe: ({ network }) => {
      network.observer = observer
    },
  })
  return counts
}

/** Returns the one's complement sum of 16-bit words: all ones where the checksum is right. */
function sumOf(bytes: Buffer): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i] << 8) | (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16)
  return sum
}
