import { expect, test } from 'vitest'
import { Lab, type LabOptions, ms } from '../fixtures/lab.ts'

/** Returns b's unacknowledged bytes `atMs` after its dial. b writes 1 kB at a time while it has room. */
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

test('the send buffer begins with 46,080 bytes, and a writer may fill the unit that crosses this limit', () => {
  // Ten writes are in flight, each a unit of its own; 22 segments make one more, and there is no room for another.
  expect(unacknowledgedBytes(undefined, 25)).toBe(42_000)
})

test('the send buffer grows with the window as in Linux, to 2304 bytes for each segment of two windows', () => {
  const lab = new Lab({ link: 'delay: 10ms, rate: 1Gbps' })
  const { a } = lab.connect({ sends: 50_000_000, chunk: 1_000 }, {})
  const sizes: number[] = []
  for (const atMs of [25, 45, 65, 85])
    lab.at(ms(atMs), () => sizes.push(lab.tcp.connections.sendBufferBytes[lab.connectionOf(a)] / 2304 / 2))
  lab.run(ms(90))
  // Linux 6.18.44 in the same place (`ss -tm`): 10, 10 or 15, 31, 72.
  expect(sizes).toEqual([10, 10, 40, 79])
})

test('the send buffer grows to the maximum of net.ipv4.tcp_wmem', () => {
  const lab = new Lab({ link: 'delay: 10ms, rate: 1Gbps', a: { overrides: { sendBufferBytes: 131_072 } } })
  const { a } = lab.connect({ sends: 50_000_000, chunk: 1_000 }, {})
  const sizes: number[] = []
  for (const atMs of [25, 45, 65, 85])
    lab.at(ms(atMs), () => sizes.push(lab.tcp.connections.sendBufferBytes[lab.connectionOf(a)]))
  lab.run(ms(90))
  expect(sizes).toEqual([46_080, 46_080, 131_072, 131_072])
})

test('a blocked writer is woken when a third of the send buffer is free', () => {
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
  // Unsent bytes whenever the writer was woken: none at first, and then what two thirds of the memory hold, of 38,618
  // bytes.
  expect(found).toEqual([0, 18_968, 14_936, 15_000, 15_000, 15_000, 15_000, 15_000])
  expect(a.writtenBytes).toBe(100_000)
})

test('the send buffer has space for three windows with BBR', () => {
  const lab = new Lab({ link: 'delay: 10ms, rate: 1Gbps', a: { congestion: 'bbr' } })
  const { a } = lab.connect({ sends: 50_000_000, chunk: 1_000 }, {})
  let bytes = 0
  lab.at(ms(25), () => {
    bytes = lab.tcp.connections.sendBufferBytes[lab.connectionOf(a)]
  })
  lab.run(ms(26))
  expect(bytes).toBe(3 * 10 * 2304)
})

test('a send buffer of fixed size holds exactly that many bytes, and in Linux also fills its last memory unit', () => {
  expect(unacknowledgedBytes({ sendBufferBytes: 20_000 }, 25)).toBe(Math.ceil((10_000 + 22 * 1448) / 1_000) * 1_000)
  expect(unacknowledgedBytes({ profile: 'ns3' }, 25)).toBe(132_000)
})

/** Returns the bytes in a's send buffer before the first ACK. It writes packets of sshd's size. */
function takenAtFirst(outputBufferBytes: number): number {
  const lab = new Lab({ link: 'delay: 10ms, rate: 100Mbps' })
  const { a } = lab.connect({ sends: 2_000_000, chunk: 32_804, finishes: 'never' }, { finishes: 'never' })
  lab.streams.table.outputBufferBytes[lab.streams.table.rowAt(a.stream)] = outputBufferBytes
  lab.run(ms(25))
  return lab.tcp.connections.bufferedEnd[lab.connectionOf(a)]
}

test('a program with a buffer of its own does not write while less than a third of the send buffer is free', () => {
  // The first packet leaves less than a third of 46,080 bytes free, so that poll reports no room. A writer that blocks
  // fills the unit that crosses the limit.
  expect(takenAtFirst(131_072)).toBe(32_804)
  expect(takenAtFirst(0)).toBe(46_336)
})

test('a program with a buffer of its own goes on writing into it while the kernel takes nothing', () => {
  const lab = new Lab({ link: 'delay: 10ms, rate: 100Mbps' })
  const { a } = lab.connect({ sends: 2_000_000, chunk: 32_804, finishes: 'never' }, { finishes: 'never' })
  lab.streams.table.outputBufferBytes[lab.streams.table.rowAt(a.stream)] = 131_072
  lab.run(ms(25))
  // One packet is in the kernel, and four more are as many as 128 KiB and a packet hold.
  expect(a.writtenBytes).toBe(5 * 32_804)
})
