import { describe, expect, test } from 'vitest'
import type { Stream } from '../../src/transport/rows.ts'
import { Endpoint } from '../fixtures/endpoint.ts'
import { ms } from '../fixtures/lab.ts'
import { TlsLab } from '../fixtures/tls-lab.ts'
import { tlsClient, tlsServer } from './tls-ends.ts'

const client = tlsClient({ recordSizing: 'go' })
const server = tlsServer({ recordSizing: 'go' })

/** A server that accepts connections and says nothing, as a program that hangs. */
class SilentLab extends TlsLab {
  override onAccept(_: number, stream: Stream): void {
    this.endpoints.attach(this.served, stream)
  }
}

describe('the deadline of a TLS handshake', () => {
  const silent = () => new SilentLab({ client, server, serves: { finishes: 'never' } })

  test('the deadline of a TLS handshake ends one that the server does not answer, 10 s after the connection was open', () => {
    const lab = silent()
    lab.run(ms(10_019))
    expect(lab.asking.failure).toBe(null)
    lab.run(ms(60_000))
    expect([lab.asking.failure, lab.asking.failTick]).toEqual(['timed out', ms(10_020) + 9_600])
    expect(lab.tls.sessions.count).toBe(0)
  })

  test('the deadline of a TLS handshake does not affect a session that is ready by then', () => {
    const lab = new TlsLab({ client, server, serves: { finishes: 'never' } })
    lab.run(ms(60_000))
    expect([lab.asking.failure, lab.served.receivedBytes, lab.tls.sessions.count]).toEqual([null, 10, 2])
    lab.asking.write(5)
    lab.run(ms(61_000))
    expect(lab.served.receivedBytes).toBe(15)
  })

  test('the deadline of a failed TLS handshake does not affect it or the one after it', () => {
    const lab = silent()
    lab.run(ms(5_000))
    lab.asking.abort()
    lab.run(ms(9_000))
    const again = new Endpoint('again', { finishes: 'never' }, lab.streams)
    lab.endpoints.attach(again, lab.tls.connect(lab.dial(443, 'later'), 0))
    lab.run(ms(19_019))
    expect(again.failure).toBe(null)
    lab.run(ms(60_000))
    expect([again.failure, again.failTick]).toEqual(['timed out', ms(19_020) + 9_600])
  })
})
