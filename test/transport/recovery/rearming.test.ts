import { expect, test } from 'vitest'
import { Lab, ms } from '../../fixtures/lab.ts'
import { delay, drop, segment } from '../../fixtures/rules.ts'

const FULL = 1_448

test('a timer that waited for reordering restarts the timeout from when the oldest segment was sent', () => {
  const lab = new Lab({ link: 'delay: 10ms', toB: [drop(segment(1, 1)), drop(segment(1, 2))] })
  lab.connect({ sends: 4 * FULL, finishes: 'never' }, { finishes: 'never' })
  lab.run()
  const again = lab.trace.packets.filter(({ sentTick, payloadBytes }) => payloadBytes > 0 && sentTick > ms(20))
  // Three segments behind the first arrive at 30 ms; the wait that began with their first ACK ends at 47 ms.
  expect(again.map(({ sentTick, sequence }) => [sentTick / ms(1), sequence])).toEqual([
    [40, 1],
    [260, 1],
  ])
})

test('a window is probed when it closes with the ACK that ends reordering', () => {
  const lab = new Lab({
    link: 'delay: 10ms',
    b: { receiveBufferBytes: 3 * FULL },
    toB: [delay(segment(1, 1), ms(1))],
    toA: [drop((_, tick) => tick === ms(300))],
  })
  const { b } = lab.connect({ sends: 6 * FULL }, { finishes: 'never' })
  lab.run(ms(30))
  b.pause()
  lab.run(ms(300))
  // The window update is lost.
  b.resume()
  lab.run()
  expect(b.receivedBytes).toBe(6 * FULL)
})

test('a tail loss probe waits until the last data have been sent at the pacing rate', () => {
  const start = () => {
    const lab = new Lab({ link: 'delay: 10ms, rate: 2Mbps', a: { congestion: 'bbr' } })
    const { a } = lab.connect({ sends: 100 * FULL, finishes: 'never' }, { finishes: 'never' })
    return { lab, a }
  }
  const whole = start().lab
  whole.run()
  const lastTick = whole.trace.packets.filter(({ payloadBytes }) => payloadBytes > 0).at(-1)!.sentTick
  const { lab, a } = start()
  lab.run(lastTick)
  const { paceTick, retransmissionDeadline, smoothedRttNs } = lab.tcp.connections
  const connection = lab.connectionOf(a)
  const aheadNs = paceTick[connection] - lastTick
  expect(aheadNs).toBeGreaterThan(ms(4))
  expect(retransmissionDeadline[connection]).toBe(
    lastTick + Math.round(2 * smoothedRttNs[connection] + ms(2) + aheadNs),
  )
})
