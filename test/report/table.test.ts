import { expect, test } from 'vitest'
import type { Result } from '../../src/measure/result.ts'
import { runTable } from '../../src/report/run/run-table.ts'
import { PLAIN_SCREEN, type Screen } from '../../src/report/screen/screen.ts'
import { aResult, aWorkload } from '../fixtures/results.ts'

const table = (of: Result, screen: Screen = PLAIN_SCREEN) =>
  runTable.each(of, {
    reproduce: 'onpath run x',
    packets: 'npx onpath packets x.yaml',
    isOnly: true,
    screen,
    tolerances: [],
  })

const bulk = aWorkload({
  name: 'bulk',
  completed: 2,
  failed: 1,
  unfinished: 1,
  failures: [{ reason: 'connection reset', count: 1 }],
  latencyMs: { min: 1700, p50: 1712.4, p95: 1800.26, p99: null, max: 1900, mean: 1750 },
  throughputMbps: 94.67,
  wireBytes: 20_600_000,
  deliveredBytes: 20_000_000,
})

const result = aResult({
  workloads: [
    aWorkload(),
    bulk,
    aWorkload({ name: 'plain-fresh', path: 'plain', medium: 'localhost', protection: 'http', setupMs: null }),
  ],
  expectations: [
    { expect: 'latency(fresh) p50 < 120ms', met: true, measured: '66.2ms' },
    { expect: 'failed(bulk) = 0', met: false, measured: '1 failed request' },
  ],
})

test('the table of a run groups workloads by path, with expectations above, and failures and the digest below', () => {
  expect(table(result)).toBe(
    `wan-tls: 3 workloads on 2 paths, 1.92 s simulated, 3210 packets

✓ met       latency(fresh) p50 < 120ms  66.2ms
✗ NOT MET   failed(bulk) = 0            1 failed request

path           set-up ms  p50 ms  p95 ms  p99 ms   Mbps  wire/body  done
logs: public-network, tls 1.3, unverified, client certificate
  fresh             44.1    66.2       -       -  0.121          4    15
  bulk              44.1    1712    1800       -   94.7       1.03   2/4
plain: localhost, http
  plain-fresh          -    66.2       -       -  0.121          4    15

bulk: 1 failed: connection reset
bulk: 1 unfinished when the run ended

seed 7   digest 53de64a7c0ffee00   traffic 1234567890abcdef
reproduce: onpath run x
`,
  )
})

test('a measured value is rounded to four digits unless it then equals the bound', () => {
  const measured = (expect: string, exact: string) =>
    table(aResult({ expectations: [{ expect, met: true, measured: exact }] }))
      .match(/^✓ met .*$/m)?.[0]
      .split('  ')
      .pop()
  expect(measured('latency(x) p50 < 120ms', '40.12344ms')).toBe('40.12ms')
  expect(measured('latency(x) p50 < 120ms', '1712.400123ms')).toBe('1712ms')
  expect(measured('latency(x) p50 < 120ms', '0.0412345ms')).toBe('0.04123ms')
  expect(measured('latency(x) p50 < 120ms', '119.99987ms')).toBe('119.99987ms')
  expect(measured('latency(x) p50 < 40.12ms', '40.12344ms')).toBe('40.12344ms')
  expect(measured('throughput(x) > 80Mbps', '94.673211Mbps')).toBe('94.67Mbps')
  expect(measured('failed(x) = 0', '12')).toBe('12')
  expect(measured('digest 53de64a7', '53de64a7c0ffee00')).toBe('53de64a7c0ffee00')
  expect(measured('latency(x) p95 < 1s', 'p95 needs 20 completed requests, there are 3')).toMatch(/^p95 needs/)
})

test('the headline of a run says if the duration ended it', () => {
  expect(table(aResult({ ended: 'duration' }))).toContain('1.92 s simulated (ended by duration)')
})

test('the table has terminal codes only on a terminal', () => {
  expect(table(result, { ...PLAIN_SCREEN, hasColor: true })).toContain('\u001b[1mp50 ms\u001b[22m')
  expect(table(result)).not.toContain('\u001b')
})

test('the table of a run fits into 80 columns with names of usual length', () => {
  const long = aResult({
    workloads: [
      aWorkload({
        name: 'ssh-tls-public-bulk',
        path: 'a-path-with-a-long-name-does-not-widen-the-table',
        wireBytes: 123_456_789,
      }),
    ],
  })
  for (const line of table(long)
    .split('\n')
    .filter((line) => !line.startsWith('a-path')))
    expect(line.length).toBeLessThanOrEqual(80)
})
