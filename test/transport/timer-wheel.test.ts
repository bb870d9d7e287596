import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ticksAt, ticksFor, wheelExpiry } from '../../src/transport/timing/timer-wheel.ts'

const MS = 1_000_000
const CLOCK = { tickNs: 4 * MS, uptimeNs: 0 }

/** Returns when a timer fires that is set at `nowMs`. */
const expiryMs = (nowMs: number, delayMs: number, uptimeMs = 0) =>
  wheelExpiry({ ...CLOCK, uptimeNs: uptimeMs * MS }, nowMs * MS, delayMs * MS) / MS

describe("the kernel's timer wheel with 250 ticks per second", () => {
  test('the kernel’s timer wheel with 250 ticks per second makes a timer of 40 ms take 40 to 44 ms, depending on when within a tick it is set', () => {
    expect(expiryMs(100, 40)).toBe(144)
    expect(expiryMs(100.1, 40)).toBe(144)
    expect(expiryMs(103.9, 40)).toBe(144)
    expect(expiryMs(104, 40)).toBe(148)
  })

  test('the kernel’s timer wheel with 250 ticks per second lets a timer of 0 fire at the next tick', () => {
    expect(expiryMs(100, 0)).toBe(104)
    expect(expiryMs(103.9, 0)).toBe(104)
  })

  test('the kernel’s timer wheel with 250 ticks per second rounds a duration up to whole ticks, after dropping parts of a microsecond', () => {
    expect(ticksFor(220 * MS, 4 * MS)).toBe(55)
    expect(ticksFor(220 * MS + 999, 4 * MS)).toBe(55)
    expect(ticksFor(220 * MS + 1_000, 4 * MS)).toBe(56)
    expect(ticksFor(999, 4 * MS)).toBe(0)
    expect(ticksFor(1_000, 4 * MS)).toBe(1)
  })

  test.each([
    ['any tick, up to 62 ticks ahead', 248, 1_000 + 248 + 4],
    ['every eighth tick from 63 ticks on', 252, 1_280],
    ['every eighth tick for a first timeout', 1_000, 2_016],
    ['every eighth tick up to 503 ticks', 2_012, 3_040],
    ['every 64th tick from 504 ticks on', 2_016, 3_072],
    ['every 512th tick from 4032 ticks on, as for a minute of TIME_WAIT', 60_000, 61_440],
    ['every 4096th tick from 32256 ticks on', 129_024, 131_072],
  ])('the kernel’s timer wheel with 250 ticks per second makes a timer fire at %s', (_, delayMs, atMs) => {
    expect(expiryMs(1_000, delayMs)).toBe(atMs)
  })

  test('the kernel’s timer wheel with 250 ticks per second has ticks at the times given by the start of the clock', () => {
    expect(expiryMs(100, 40, 1.5)).toBe(142.5)
    expect(expiryMs(100, 1_000, 13.5)).toBe(1_106.5)
    expect(ticksAt({ tickNs: 4 * MS, uptimeNs: 13.5 * MS }, 2.5 * MS)).toBe(4)
  })

  test('the kernel’s timer wheel with 250 ticks per second never fires a timer early, nor later than an eighth of its duration plus two ticks', () => {
    const clock = fc.record({
      tickNs: fc.constantFrom(1 * MS, 4 * MS, 10 * MS),
      uptimeNs: fc.integer({ min: 0, max: 2 ** 40 }),
    })
    const tick = fc.integer({ min: 0, max: 10 ** 15 })
    const delay = fc.oneof(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 0, max: 10 ** 13 }))
    fc.assert(
      fc.property(clock, tick, delay, (of, now, delayNs) => {
        const expiry = wheelExpiry(of, now, delayNs)
        expect(Number.isInteger(expiry)).toBe(true)
        expect((expiry + of.uptimeNs) % of.tickNs).toBe(0)
        expect(expiry - now).toBeGreaterThan(Math.max(delayNs - 1_000, 0))
        expect(expiry - now).toBeLessThanOrEqual(delayNs + delayNs / 7.8 + 2 * of.tickNs)
      }),
    )
  })
})
