import { expect, test } from 'vitest'
import { cellsAt, dimensionColumns, settingIn } from '../../src/report/sweep/dimension-columns.ts'

const columnOf = (path: string, labels: readonly string[]) => {
  const values = labels.map((label) => ({ path, label, setting: label, json: label }))
  const [column] = dimensionColumns([{ path, values }])
  return [column.header, ...values.map((value) => cellsAt([value], [column])[0])]
}

test.each([
  ['links.wan.delay', ['100us', '10ms', '1.5s', '0'], ['links.wan.delay_ms', 0.1, 10, 1500, 0]],
  ['identities.t.notBefore', ['-1h', '10s'], ['identities.t.notBefore_s', -3600, 10]],
  ['links.wan.rate', ['500kbps', '1Gbps'], ['links.wan.rate_mbps', 0.5, 1000]],
  ['workloads.w.response', ['4KB', '1MiB'], ['workloads.w.response_bytes', 4000, 1_048_576]],
  ['links.wan.loss', ['0%', '0.1%', '1 %'], ['links.wan.loss_percent', 0, 0.1, 1]],
  ['links.wan.queue', ['20 packets', '1000 packets'], ['links.wan.queue_packets', 20, 1000]],
  ['workloads.w.rate', ['50/s', '0.5/s'], ['workloads.w.rate_per_s', 50, 0.5]],
])('the dimension %s with %j is a column of numbers with the unit in its header', (path, labels, column) => {
  expect(columnOf(path, labels)).toEqual(column)
})

test.each([
  ['kubernetes', ['1.30', '1.4']],
  ['workloads.w.requests', ['10', '100']],
  ['links.wan.queue', ['20 packets', '1MB']],
  ['hosts.server.tcp.congestion', ['reno', 'bbr']],
  ['tls', ['{ version: "1.2" }', 'none']],
  ['links.wan.delay', ['0']],
])('the dimension %s with %j stays as it is written', (path, labels) => {
  expect(columnOf(path, labels)).toEqual([path, ...labels])
})

test('the seed has its own column, after those of the dimensions', () => {
  const value = { path: 'seed', label: '1', setting: '1', json: 1 }
  expect(dimensionColumns([{ path: 'seed', values: [value] }])).toEqual([])
})

test('a cell of a dimension column is read back as its setting', () => {
  expect(settingIn('links.wan.delay_ms', '0.1')).toBe('links.wan.delay=0.1ms')
  expect(settingIn('links.wan.loss_percent', '1')).toBe('links.wan.loss=1%')
  expect(settingIn('links.wan.queue_packets', '20')).toBe('links.wan.queue=20 packets')
  expect(settingIn('hosts.server.tcp.congestion', 'bbr')).toBe('hosts.server.tcp.congestion=bbr')
  expect(settingIn('links.wan.delay', '10ms')).toBe('links.wan.delay=10ms')
})
