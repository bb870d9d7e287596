import { describe, expect, test } from 'vitest'
import { handshakeSizes } from '../../src/security/tls-parameters.ts'
import { maxRecordPlaintextBytes, recordOverheadBytes, type TlsVersion } from '../../src/security/tls-records.ts'
import { beginning, finish, scenarioOf } from '../fixtures/simulations.ts'
import { watch } from '../fixtures/watch.ts'

/** Go's rule, said in another way: the nth record has n segments of 1,208 bytes less n overheads, up to 16 KiB. */
function goPlaintextBytes(sentBytes: number, records: number, overheadBytes: number): number {
  if (sentBytes >= 131_072 || records > 1000) return 16_384
  let bytes = 0
  for (let n = 0; n <= records; n++) bytes += 1208 - overheadBytes
  return bytes > 16_384 ? 16_384 : bytes
}

describe.each(['1.2', '1.3'] as const)('the records of Go with TLS %s', (version) => {
  test('TLS records of Go have the size of Go’s rule for every number of records and bytes sent', () => {
    for (const sentBytes of [0, 1, 131_071, 131_072, 131_073, 1e9])
      for (const records of [0, 1, 2, 3, 12, 13, 14, 15, 999, 1000, 1001, 1002])
        for (const cipher of ['aes-128-gcm', 'chacha20-poly1305'] as const) {
          const overheadBytes = recordOverheadBytes(version, cipher)
          expect(maxRecordPlaintextBytes(sentBytes, records, 'go', version, cipher)).toBe(
            goPlaintextBytes(sentBytes, records, overheadBytes),
          )
          expect(maxRecordPlaintextBytes(sentBytes, records, 'fixed', version, cipher)).toBe(16_384)
        }
  })

  test('a negative number of sent bytes for TLS records of Go is a bug', () => {
    expect(() => maxRecordPlaintextBytes(-1, 0, 'go', version)).toThrow()
    expect(() => maxRecordPlaintextBytes(0, -1, 'go', version)).toThrow()
  })

  test('TLS records of Go grow from one response to the next on a connection, and stay large after 128 KiB', () => {
    const overheadBytes = recordOverheadBytes(version)
    for (const responses of [1, 2, 3, 4, 6]) {
      const { sentBytes, responseBytes, handshakeBytes } = sentByServer(version, responses)
      let expectedBytes = handshakeBytes
      let records = 0
      for (let response = 0; response < responses; response++)
        for (let left = responseBytes; left > 0; records++) {
          const bytes = Math.min(left, goPlaintextBytes(expectedBytes, records, overheadBytes))
          expectedBytes += bytes + overheadBytes
          left -= bytes
        }
      expect([responses, sentBytes]).toEqual([responses, expectedBytes])
    }
  })
})

/** Returns what a TLS server sends on TCP for so many responses of 30,000 bytes, its handshake, and one response. */
function sentByServer(version: TlsVersion, responses: number) {
  const scenario = scenarioOf(`version: 1
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wire: { between: [client, server], delay: 10ms } }
paths: { web: { from: client, to: server, tls: { version: ${version} } } }
workloads: { asks: { path: web, requests: ${responses}, response: 30000B } }
duration: 5s
`)
  const simulation = beginning(scenario)
  const trace = watch(simulation)
  finish(simulation, scenario)
  const { clients, servers } = simulation.plan.tls
  const { serverFlightBytes, serverFinishedBytes } = handshakeSizes(clients[0], servers[0])
  const [{ request, responseBodyBytes }] = simulation.plan.workloads
  const head = simulation.plan.http.responses[simulation.plan.answers[request].accepted]
  return {
    sentBytes: trace.packets
      .filter(({ direction, outcome }) => direction === 'server>client' && outcome !== 'in flight')
      .reduce((sum, { payloadBytes }) => sum + payloadBytes, 0),
    handshakeBytes: serverFlightBytes + (version === '1.2' ? serverFinishedBytes : 0),
    responseBytes: head.http1HeadBytes + responseBodyBytes,
  }
}
