import { describe, expect, test } from 'vitest'
import { capturesOf } from '../fixtures/captures.ts'
import { resultOf, scenarioOf, workloadOf } from '../fixtures/simulations.ts'
import { dissect, hasTshark } from '../fixtures/tshark.ts'

const MOST_EVENTS = 300_000

const text = (tls: string, link: string) => `version: 1
hosts: { a: {}, b: {} }
links: { wan: { between: [a, b], delay: 5ms, rate: 20Mbps, ${link} } }
paths: { bodies: { from: a, to: b ${tls} } }
workloads: { bodies: { path: bodies, requests: 7, concurrency: 2, request: 3000B, response: 90KB } }
`

/** Returns the lengths of the bodies of the HTTP/1.1 messages that follow each other without a gap. */
function bodiesIn(bytes: Buffer): number[] {
  const lengths: number[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n\r\n', at)
    if (end < 0) throw new Error(`no message begins at ${at} of ${bytes.length}`)
    const [, length] = bytes.toString('latin1', at, end).match(/content-length: (\d+)/i) ?? []
    lengths.push(Number(length ?? 0))
    at = end + 4 + Number(length ?? 0)
    expect(at).toBeLessThanOrEqual(bytes.length)
  }
  return lengths
}

describe.skipIf(!hasTshark)('tshark puts together what arrives at a receiver to the bytes that were delivered', () => {
  test.each([
    ['over plain HTTP', '', 'queue: 1000 packets'],
    ['over plain HTTP with losses', '', 'loss: 3%, queue: 20 packets'],
    ['over plain HTTP with jitter that reorders', '', 'jitter: { uniform: 4ms, reorder: true }'],
    ['over TLS, as its ends read it', ', tls: { version: 1.3 }', 'loss: 1%'],
  ])('tshark reassembles the delivered bytes at a receiver: %s', (_, tls, link) => {
    const scenario = text(tls, link)
    const { deliveredBytes, completed } = workloadOf(resultOf(scenario), 'bodies')
    const bodiesAt = (name: 'a' | 'b') => {
      const subject = { kind: 'host', name } as const
      const [{ file }] = capturesOf(scenarioOf(scenario), [{ subject, isPlaintext: tls !== '' }], MOST_EVENTS)
      const connections = dissect(file, (capture) => capture.connections())
      return connections.flatMap(({ fromClient, fromServer }) => bodiesIn(name === 'a' ? fromServer : fromClient))
    }
    const bodies = [...bodiesAt('a'), ...bodiesAt('b')]
    expect(bodies).toHaveLength(2 * completed)
    expect(bodies.reduce((sum, bytes) => sum + bytes, 0)).toBe(deliveredBytes)
  })
})
