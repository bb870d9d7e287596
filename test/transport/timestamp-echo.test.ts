import { expect, test } from 'vitest'
import { inject } from '../fixtures/inject.ts'
import { Lab, ms } from '../fixtures/lab.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'

test('the SYN-ACK and the first segment of the dialling end echo timestamps (RFC 7323 section 3)', () => {
  const lab = new Lab({ link: LINK })
  const { a, b } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
  const echoes: number[][] = []
  lab.afterEvent = () => {
    const { packets } = lab.network
    for (const row of packets.everyRow()) echoes.push([packets.flags[row] & 0x12, packets.timestampEcho[row]])
  }
  lab.run(ms(99))
  // Flags SYN and ACK. The SYN was sent in the first millisecond, and the SYN-ACK in the eleventh.
  const first = (flags: number) => echoes.find(([is]) => is === flags)?.[1]
  expect([first(0x02), first(0x12), first(0x10)]).toEqual([0, 1, 11])
  const { recentTimestamp } = lab.tcp.connections
  expect([a, b].map((end) => recentTimestamp[lab.connectionOf(end)])).toEqual([11, 21])
})

test('the timestamp of a segment that acknowledges what was never sent is not echoed (tcp_ack)', () => {
  const lab = new Lab({ link: LINK })
  const { a, b } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
  lab.run(ms(99))
  const recent = () => lab.tcp.connections.recentTimestamp[lab.connectionOf(b)]
  const forge = (acknowledges: number) =>
    inject(lab, { author: 'mallory', as: a, offset: 0, lengthBytes: 0, acknowledges, timestamp: 5000 })
  const before = recent()
  forge(9999)
  lab.run(ms(150))
  expect(recent()).toBe(before)
  forge(0)
  lab.run(ms(200))
  expect(recent()).toBe(5000)
})
