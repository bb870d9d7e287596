import { expect, test } from 'vitest'
import { jsonDocument, jsonLine } from '../../src/report/json.ts'
import { encodePacketDigests } from '../../src/report/packet-digests.ts'
import { resultsCsv } from '../../src/report/run/results-csv.ts'
import { aResult, aWorkload } from '../fixtures/results.ts'

test('results.csv has a line for each workload, and an empty cell for a missing figure', () => {
  const [head, row, ...rest] = resultsCsv.write(aResult()).split('\n')
  expect(rest).toEqual([''])
  expect(head).toBe(
    'workload,path,medium,protection,completed,failed,unfinished,setup_ms,tunnel_setup_ms,latency_min_ms,latency_p50_ms,latency_p95_ms,' +
      'latency_p99_ms,latency_max_ms,latency_mean_ms,throughput_mbps,aggregate_mbps,packets,wire_bytes,body_bytes,' +
      'wire_bytes_per_body_byte,attacker_ns,retransmission_ns,cpu_ns,handshake_ns,queueing_ns,window_ns,serialization_ns,propagation_ns,digest',
  )
  expect(row).toBe(
    'fresh,logs,public-network,"tls 1.3, unverified, client certificate",15,0,0,44.125,,60.5,66.2,,,70.25,66.1,0.1208,0.1,180,60000,15000,' +
      '4,0,0,15,14,13,12,11,10,0011223344556677',
  )
})

test('results.csv has no efficiency for a workload without delivered bytes', () => {
  const csv = resultsCsv.write(aResult({ workloads: [aWorkload({ deliveredBytes: 0 })] }))
  expect(csv).toContain(',60000,0,,0,0,15,')
})

test('a JSON document has several lines, a JSON line has one, and both read back as the result', () => {
  const result = aResult()
  expect(JSON.parse(jsonDocument(result))).toEqual(result)
  expect(JSON.parse(jsonLine(result))).toEqual(result)
  expect(jsonLine(result).indexOf('\n')).toBe(jsonLine(result).length - 1)
  expect(Object.keys(JSON.parse(jsonDocument(result)))).toEqual(Object.keys(result))
})

test('packets.digest has four bytes for each packet, little-endian', () => {
  expect([...encodePacketDigests(Uint32Array.of(0x01020304, 0xfffffffe))]).toEqual([4, 3, 2, 1, 254, 255, 255, 255])
})

test('packets.digest keeps every 1,000th digest of a run with more than 100,000 packets', () => {
  const all = Uint32Array.from({ length: 100_000 }, (_, i) => i)
  expect(encodePacketDigests(all).length).toBe(400_000)
  const bytes = encodePacketDigests(Uint32Array.from({ length: 102_500 }, (_, i) => i))
  const kept = new Uint32Array(bytes.buffer)
  expect(kept.length).toBe(102)
  expect([kept[0], kept[101]]).toEqual([999, 101_999])
})
