import { expect, test } from 'vitest'
import { Lab, ms } from '../fixtures/lab.ts'

/**
 * Returns when a's data are sent, and how many bytes each time: `10.1 ms 100`. a writes `writes` at 100 ms, b sends no
 * data.
 */
function dataOf(hasNagle: boolean, writes: readonly (readonly [atMs: number, bytes: number])[]): string[] {
  const lab = new Lab({ link: 'delay: 10ms', a: { overrides: { hasNagle } }, b: { overrides: { delayedAckNs: 0 } } })
  const { a } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
  for (const [atMs, bytes] of writes) lab.at(ms(atMs), () => a.write(bytes))
  lab.run()
  return lab.trace.packets
    .filter(({ direction, payloadBytes }) => direction === 'a>b' && payloadBytes > 0)
    .map(({ sentTick, payloadBytes }) => `${Math.round(sentTick / ms(0.01)) / 100} ms ${payloadBytes}`)
}

test('small writes are sent at once without Nagle’s algorithm, and together after the first ACK with it', () => {
  const writes = [
    [100, 10],
    [101, 20],
    [102, 30],
  ] as const
  expect(dataOf(false, writes)).toEqual(['100 ms 10', '101 ms 20', '102 ms 30'])
  expect(dataOf(true, writes)).toEqual(['100 ms 10', '120 ms 50'])
})

test('with Nagle’s algorithm, full segments never wait, nor does the rest of a write for them (Minshall)', () => {
  expect(dataOf(true, [[100, 1448 + 52]])).toEqual(['100 ms 1448', '100 ms 52'])
})

test('with Nagle’s algorithm, a partial segment waits while another one is unacknowledged', () => {
  expect(
    dataOf(true, [
      [100, 10],
      [101, 1448 + 52],
    ]),
  ).toEqual(['100 ms 10', '101 ms 1448', '120 ms 52'])
})

test('data held back by Nagle’s algorithm are sent as soon as they fill a segment', () => {
  expect(
    dataOf(true, [
      [100, 10],
      [101, 1000],
      [102, 448],
    ]),
  ).toEqual(['100 ms 10', '102 ms 1448'])
})

test('Nagle’s algorithm does not hold back the last data before the end of a stream', () => {
  const lab = new Lab({ link: 'delay: 10ms', a: { overrides: { hasNagle: true } } })
  const { a } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
  lab.at(ms(100), () => a.write(10))
  lab.at(ms(101), () => {
    a.write(20)
    lab.at(ms(102), () => a.finish())
  })
  lab.run()
  const last = lab.trace.packets.filter(({ direction, payloadBytes }) => direction === 'a>b' && payloadBytes === 20)
  expect(last.map(({ sentTick }) => sentTick)).toEqual([ms(102)])
})

test("switching Nagle's algorithm off on one connection sends its waiting data", () => {
  const lab = new Lab({ link: 'delay: 10ms', a: { overrides: { hasNagle: true } } })
  const { a } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
  lab.at(ms(100), () => a.write(10))
  lab.at(ms(101), () => a.write(20))
  lab.at(ms(105), () => lab.tcp.setNagle(lab.streams.table.rowAt(a.stream), false))
  lab.run()
  const sent = lab.trace.packets.filter(({ direction, payloadBytes }) => direction === 'a>b' && payloadBytes > 0)
  expect(sent.map(({ sentTick }) => sentTick)).toEqual([ms(100), ms(105)])
})
