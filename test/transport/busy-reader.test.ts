import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import type { TcpBlueprint } from '../../src/simulation/blueprint.ts'
import type { Behaviour } from '../fixtures/endpoint.ts'
import { Lab, ms } from '../fixtures/lab.ts'
import type { TracedPacket } from '../fixtures/trace.ts'

const SEGMENT = 1448
const OPEN: Behaviour = { finishes: 'never' }

/** b has one core, which is busy from 25 ms on, before the first data arrive at 30 ms. */
function busy(forMs: number, a: Behaviour, b: Behaviour = OPEN, tcp: Partial<TcpBlueprint> = {}) {
  const hosts = [{ name: 'a' }, { name: 'b', cores: 1, tcp }]
  const lab = new Lab({ link: 'delay: 10ms, rate: 100Mbps', network: { hosts } })
  const worker = lab.processors.register({ onWorkDone: () => {}, isPresent: () => true })
  const ends = lab.connect(a, b)
  lab.at(ms(25), () => lab.processors.run(lab.host('b'), ms(forMs), 0, NONE, worker, 0, 0, 0))
  return { lab, ...ends, from: ({ direction, sentTick }: TracedPacket) => direction === 'b>a' && sentTick > ms(25) }
}

describe('a process that waits for a core', () => {
  test('a process that waits for a core reads the data that have arrived once it has a core', () => {
    const { lab, b } = busy(100, { sends: 1000, finishes: 'never' })
    lab.run(ms(124.9))
    expect(b.receivedBytes).toBe(0)
    lab.run()
    expect([b.receivedBytes, b.lastByteTick]).toEqual([1000, ms(125)])
  })

  test('a process that waits for a core reads data at once when they arrive after the core became free', () => {
    const { lab, a, b } = busy(100, OPEN)
    lab.at(ms(200), () => a.write(1000))
    lab.run()
    expect(b.lastByteTick).toBe(ms(210.08416))
  })

  test('a process that waits for a core has its data acknowledged by the kernel while it waits, with a shrinking window', () => {
    const { lab, from } = busy(100, { sends: 10 * SEGMENT, finishes: 'never' })
    lab.run()
    const acks = lab.trace.packets.filter(from)
    expect(acks.map(({ acknowledged }) => (acknowledged! - 1) / SEGMENT)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    // In KiB. It grows by two segments a segment before it shrinks by one.
    expect(acks.map(({ window }) => window)).toEqual([67, 70, 73, 75, 74, 73, 72, 71, 70, 69])
  })
})

/** After twenty ACKs in quick mode, the next segment comes at 51.45792 ms, and the window no longer moves. */
describe('an ACK that would not move the window', () => {
  const lines = (forMs: number) => {
    const { lab, from } = busy(forMs, { sends: 100 * SEGMENT, finishes: 'never' })
    lab.run(ms(140))
    return lab.trace.lines((packet) => from(packet) && packet.sentTick > ms(51.4) && packet.sentTick < ms(130))
  }

  test('an ACK that would not move the window is delayed by 40 ms while the data are unread (__tcp_ack_snd_check)', () => {
    expect(lines(100)).toEqual(['91.45792 b>a . ack 72401 52B -> 101.46208', '125 b>a . ack 89777 52B -> 135.00416'])
  })

  test('an ACK that would not move the window is sent as soon as the data are read (tcp_cleanup_rbuf)', () => {
    expect(lines(45).slice(0, 2)).toEqual([
      '70 b>a . ack 43441 52B -> 80.00416',
      '70.38208 b>a . ack 44889 52B -> 80.38624',
    ])
  })
})

describe('a receive buffer that is not read', () => {
  test.each(['linux', 'rfc'] as const)(
    'a receive buffer that is not read closes the window when it is full and opens it when it is read (%s)',
    (profile) => {
      const { lab, b, from } = busy(300, { sends: 40 * SEGMENT, finishes: 'never' }, OPEN, {
        profile,
        receiveBufferBytes: 10 * SEGMENT,
      })
      lab.run()
      const first = lab.trace.packets.filter(from).find(({ window }) => window === 0)
      expect(first).toMatchObject({ acknowledged: 1 + 10 * SEGMENT })
      const update = lab.trace.packets.find(({ direction, sentTick }) => direction === 'b>a' && sentTick >= ms(325))
      expect(update).toMatchObject({ sentTick: ms(325), acknowledged: 1 + 10 * SEGMENT, window: 10 * SEGMENT })
      expect(b.receivedBytes).toBe(40 * SEGMENT)
      expect(lab.trace.packets.filter(({ transmission }) => transmission > 1)).toEqual([])
    },
  )
})

describe('unread data', () => {
  test('unread data are reported before the end of the stream', () => {
    const { lab, b, from } = busy(100, { sends: 2 * SEGMENT }, { finishes: 'when-ended' })
    lab.run(ms(124.9))
    expect(b.hasEnded).toBe(false)
    lab.run()
    expect([b.receivedBytes, b.lastByteTick, b.endTick]).toEqual([2 * SEGMENT, ms(125), ms(125)])
    expect(lab.trace.lines(from)).toEqual([
      '30.13376 b>a . ack 1449 52B -> 40.13792',
      '30.25376 b>a . ack 2897 52B -> 40.25792',
      '70.25792 b>a . ack 2898 52B -> 80.26208',
      '125 b>a F. 1 ack 2898 52B -> 135.00416',
    ])
    expect(lab.leftovers()).toEqual({})
  })

  test('unread data are not needed for a wait: the end of the stream alone also waits for a core', () => {
    const { lab, a, b } = busy(100, OPEN, { finishes: 'when-ended' })
    lab.at(ms(30), () => a.finish())
    lab.run()
    expect(b.endTick).toBe(ms(125))
    expect(lab.leftovers()).toEqual({})
  })

  test('unread data are lost when a reset arrives, which is reported at once', () => {
    const { lab, a, b } = busy(100, { sends: 1000, finishes: 'never' })
    lab.at(ms(40), () => a.abort())
    lab.run()
    expect([b.receivedBytes, b.failure, b.failTick]).toEqual([0, 'connection reset', ms(50.0032)])
    expect(lab.leftovers()).toEqual({})
    expect(lab.processors['jobs'].count).toBe(0)
  })

  test('unread data make closing the stream reset the connection', () => {
    const { lab, a, b, from } = busy(100, { sends: 1000, finishes: 'never' })
    lab.at(ms(60), () => b.close())
    lab.run()
    expect(lab.trace.lines(from)).toEqual([
      '30.09792 b>a . ack 1001 52B -> 40.10208',
      '60 b>a R. 1 ack 1001 40B -> 70.0032',
    ])
    expect(a.failure).toBe('connection reset')
    expect(lab.leftovers()).toEqual({})
    expect(lab.processors['jobs'].count).toBe(0)
  })

  test('unread data can still be read after the reader has finished sending', () => {
    const { lab, b } = busy(100, { sends: 1000 })
    lab.at(ms(60), () => b.finish())
    lab.run()
    expect([b.receivedBytes, b.endTick]).toEqual([1000, ms(125)])
    expect(lab.leftovers()).toEqual({})
  })

  test('unread data are lost when the host restarts before a process gets a core to read them', () => {
    const { lab, b } = busy(100, { sends: 1000, finishes: 'never' })
    lab.at(ms(60), () => {
      lab.processors.discardWork(lab.host('b'))
      lab.tcp.restart(lab.host('b'))
    })
    lab.run(ms(200))
    expect([b.receivedBytes, b.failure, b.failTick]).toEqual([0, 'host restarted', ms(60)])
    expect(lab.processors['jobs'].count).toBe(0)
  })
})

test('a reader that closes after half a record sends a FIN, like one that has read everything', () => {
  const { lab, a, b } = busy(1, OPEN, OPEN)
  lab.at(ms(50), () => {
    lab.streams.table.isRelayed[b.stream] = 0
    a.write(3 * SEGMENT)
  })
  // Two of three segments have arrived.
  lab.at(ms(60.3), () => {
    expect(lab.tcp.connections.receiveNext[lab.connectionOf(b)]).toBe(2 * SEGMENT)
    b.pause()
  })
  lab.at(ms(60.31), () => b.close())
  lab.run(ms(61))
  expect(lab.trace.packets.filter(({ direction, isFin }) => direction === 'b>a' && isFin)).toHaveLength(1)
  expect(lab.trace.packets.filter(({ direction, isRst }) => direction === 'b>a' && isRst)).toHaveLength(1)
  lab.run()
  expect(a.failure).toBe('connection reset')
  expect(lab.leftovers()).toEqual({})
})
