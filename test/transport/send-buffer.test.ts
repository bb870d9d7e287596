import { expect, test } from 'vitest'
import { Lab, type LabOptions, ms } from '../fixtures/lab.ts'

/** How much b has written that is not acknowledged, `atMs` after it dialled; it writes 1 kB at a time while it may. */
function unacknowledgedBytes(a: LabOptions['a'], atMs: number): number {
  const lab = new Lab({ link: 'delay: 10ms, rate: 1Gbps', ...(a === undefined ? {} : { a }) })
  const { a: writer } = lab.connect({ sends: 50_000_000, chunk: 1_000 }, {})
  let bytes = Number.NaN
  lab.at(ms(atMs), () => {
    bytes = writer.writtenBytes - lab.tcp.connections.sendUnacknowledged[lab.connectionOf(writer)]
  })
  lab.run(ms(atMs + 1))
  return bytes
}

test('at first it has 46,080 bytes of memory; who has begun a unit of half a window fills it, though that is more', () => {
  // Ten writes are in flight, each a unit of its own; behind them 22 segments make one, and for another there is no room.
  expect(unacknowledgedBytes(undefined, 25)).toBe(42_000)
})

test('it grows with the window as the real one grows: 2304 bytes for each of two windows of segments', () => {
  const lab = new Lab({ link: 'delay: 10ms, rate: 1Gbps' })
  const { a } = lab.connect({ sends: 50_000_000, chunk: 1_000 }, {})
  const sizes: number[] = []
  for (const atMs of [25, 45, 65, 85])
    lab.at(ms(atMs), () => sizes.push(lab.tcp.connections.sendBufferBytes[lab.connectionOf(a)] / 2304 / 2))
  lab.run(ms(90))
  // Linux 6.18.44 in the same place (`ss -tm`): 10, 10 or 15, 31, 72.
  expect(sizes).toEqual([10, 10, 38, 79])
})

test('it grows no larger than net.ipv4.tcp_wmem says', () => {
  const lab = new Lab({ link: 'delay: 10ms, rate: 1Gbps', a: { overrides: { sendBufferBytes: 131_072 } } })
  const { a } = lab.connect({ sends: 50_000_000, chunk: 1_000 }, {})
  const sizes: number[] = []
  for (const atMs of [25, 45, 65, 85])
    lab.at(ms(atMs), () => sizes.push(lab.tcp.connections.sendBufferBytes[lab.connectionOf(a)]))
  lab.run(ms(90))
  expect(sizes).toEqual([46_080, 46_080, 131_072, 131_072])
})

test('a writer who was held back hears of room when a third is free', () => {
  const lab = new Lab({ link: 'delay: 10ms, rate: 1Gbps', a: { sendBufferBytes: 30_000 } })
  const { a } = lab.connect({ sends: 100_000, chunk: 1_000, finishes: 'never' }, { finishes: 'never' })
  const found: number[] = []
  let written = 0
  lab.afterEvent = () => {
    if (a.writtenBytes === written) return
    const unacknowledged = Math.max(lab.tcp.connections.sendUnacknowledged[lab.connectionOf(a)], 0)
    found.push(written - unacknowledged)
    written = a.writtenBytes
  }
  lab.run()
  // What it found there when it began to write: nothing, and then what two thirds of its memory hold, of 38,618 bytes.
  expect(found).toEqual([0, 18_968, 14_936, 15_000, 15_000, 15_000, 15_000, 15_000])
  expect(a.writtenBytes).toBe(100_000)
})

test('BBR has room for three windows', () => {
  const lab = new Lab({ link: 'delay: 10ms, rate: 1Gbps', a: { congestion: 'bbr' } })
  const { a } = lab.connect({ sends: 50_000_000, chunk: 1_000 }, {})
  let bytes = 0
  lab.at(ms(25), () => {
    bytes = lab.tcp.connections.sendBufferBytes[lab.connectionOf(a)]
  })
  lab.run(ms(26))
  expect(bytes).toBe(3 * 10 * 2304)
})

test('one that is fixed holds as many bytes as it says, and by Linux what fills the last unit', () => {
  expect(unacknowledgedBytes({ sendBufferBytes: 20_000 }, 25)).toBe(Math.ceil((10_000 + 22 * 1448) / 1_000) * 1_000)
  expect(unacknowledgedBytes({ profile: 'ns3' }, 25)).toBe(132_000)
})
