import { describe, expect, test } from 'vitest'
import { Lab, type LabOptions, ms } from '../fixtures/lab.ts'
import { drop, everything } from '../fixtures/rules.ts'

const TICKING = { overrides: { timerTickNs: ms(4) } }
const HOSTS = { link: 'delay: 10ms', a: TICKING, b: TICKING }

function talk(options: Partial<LabOptions>) {
  const lab = new Lab({ ...HOSTS, ...options })
  return { lab, ...lab.connect({ finishes: 'never' }, { finishes: 'never' }) }
}

const timesMs = (lab: Lab, way: 'a>b' | 'b>a', afterMs: number) =>
  lab.trace.packets
    .filter(({ direction, sentTick }) => direction === way && sentTick > ms(afterMs))
    .map(({ sentTick }) => sentTick / ms(1))

describe('timers that follow the ticks of a clock', () => {
  test('timers on clock ticks retransmit unanswered SYNs at every eighth tick', () => {
    const { lab } = talk({ toB: [drop(everything)], uptimeNs: ms(1.5) })
    lab.run(ms(4_000))
    expect(timesMs(lab, 'a>b', 1)).toEqual([1_022.5, 2_046.5, 3_070.5])
  })

  test('timers on clock ticks round a timeout to whole ticks, let it fire at a tick, and double it', () => {
    const { lab, a } = talk({ uptimeNs: ms(1.5) })
    lab.at(ms(100), () => {
      lab.script('a>b', [drop(everything)])
      a.write(100)
    })
    lab.run(ms(2_000))
    // 55 ticks of 4 ms from 98.5 ms on, for the probe and the timeout; 110, which fire at every eighth tick; and 220.
    expect(timesMs(lab, 'a>b', 90)).toEqual([100, 322.5, 546.5, 990.5, 1_886.5])
  })

  test('timers on clock ticks send the ACK of a FIN at the next tick when no data came before it', () => {
    const { lab, b } = talk({ uptimeNs: ms(1.5) })
    lab.at(ms(99), () => b.finish())
    lab.run(ms(200))
    // The FIN arrives at 109 ms.
    expect(timesMs(lab, 'a>b', 90)).toEqual([110.5])
  })

  test.each([
    ['let data that arrive while an ACK waits wait too, if the timer has time to go', 28, [150.5]],
    ['let data that arrive while an ACK waits be acknowledged at once, if the timer is about to fire', 29, [139]],
  ])('timers on clock ticks: %s', (_, gapMs, acksMs) => {
    const { lab, a, b } = talk({ uptimeNs: ms(1.5) })
    // Requests and replies: b's ACKs wait for its replies, until it reads no more.
    for (const tick of [30, 60]) {
      lab.at(ms(tick), () => a.write(100))
      lab.at(ms(tick + 10.5), () => b.write(100))
    }
    lab.at(ms(90), () => b.pause())
    for (const tick of [100, 100 + gapMs]) lab.at(ms(tick), () => a.write(100))
    lab.run(ms(300))
    expect(timesMs(lab, 'b>a', 90)).toEqual(acksMs)
  })

  test('timers on clock ticks count ticks of silence for keepalive', () => {
    const lab = new Lab({ ...HOSTS, uptimeNs: ms(1.5) })
    const keepalive = { idleNs: ms(1_000), intervalNs: ms(1_000), count: 3 }
    lab.connect({ finishes: 'never' }, { finishes: 'never' }, '', 80, { silence: { keepalive } })
    lab.run(ms(3_000))
    expect(timesMs(lab, 'a>b', 500)).toEqual([1_022.5, 2_046.5])
  })

  test("timers on clock ticks follow each host's own clock, which the seed sets", () => {
    const uptimes = (seed: number) => new Lab({ ...HOSTS, seed }).plan.hosts.map(({ tcp }) => tcp.uptimeNs)
    const [[a, b], [other]] = [uptimes(1), uptimes(2)]
    expect(new Set([a, b, other]).size).toBe(3)
    for (const uptimeNs of [a, b, other]) expect(uptimeNs % 1).toBe(0)
    expect(uptimes(1)).toEqual([a, b])
  })
})
