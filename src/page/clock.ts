import { effect } from '@preact/signals'
import { firstAfter, type Playback } from '../packets/playback/playback.ts'
import { isPlaying, lengthNs, nowNs, ran, speed } from './state.ts'

/** The speeds of the clock: simulated nanoseconds in a second, from the slowest. */
export const SPEEDS = [1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11] as const

/** The time for which a packet is seen at least, in seconds, however short its link. */
const LEAST_SEEN_S = 0.35

/** Returns the simulated time for which a packet is seen at least. */
export function leastSeenNs(): number {
  return SPEEDS[speed.value] * LEAST_SEEN_S
}

/** True: motion is to be avoided, and the clock steps. */
const hasReducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches

/** The seconds between two steps of the clock with reduced motion. */
const STEP_S = 0.5

/** Moves the clock while it plays. */
export function startClock(): void {
  effect(() => {
    if (!isPlaying.value) return
    let last: number | null = null
    let frame = requestAnimationFrame(function tick(time) {
      const passedS = last === null ? 0 : (time - last) / 1000
      if (last === null || !hasReducedMotion() || passedS >= STEP_S) {
        last = time
        jump(nowNs.peek() + passedS * SPEEDS[speed.peek()])
        if (nowNs.peek() >= lengthNs.peek()) isPlaying.value = false
      }
      frame = requestAnimationFrame(tick)
    })
    return () => cancelAnimationFrame(frame)
  })
}

/** Shows a moment. */
export function jump(atNs: number): void {
  nowNs.value = Math.max(0, Math.min(lengthNs.value, atNs))
}

export function playOrPause(): void {
  if (!isPlaying.value && nowNs.value >= lengthNs.value) nowNs.value = 0
  isPlaying.value = !isPlaying.value
}

/** Goes to the packet that was sent next, or to the one before. */
export function stepPacket(direction: 1 | -1): void {
  isPlaying.value = false
  jump(neighbour(ran.value?.playback.packets.sentNs ?? [], direction))
}

/** Goes to the message that was sent next, or to the one before. */
export function stepMessage(direction: 1 | -1): void {
  isPlaying.value = false
  jump(neighbour(ran.value?.playback.messages.sentNs ?? [], direction))
}

/** Goes to the next mark, or to the one before. */
export function stepMark(direction: 1 | -1): void {
  const times = (ran.value?.marks ?? []).map(({ atNs }) => atNs)
  isPlaying.value = false
  const after = firstAfter(times, nowNs.value)
  const isLast = direction > 0 && after === times.length
  jump(isLast ? lengthNs.value : neighbour(times, direction))
}

/** Returns the next of sorted times, or the one before now. */
function neighbour(times: ArrayLike<number>, direction: 1 | -1): number {
  const after = firstAfter(times, nowNs.value)
  if (direction > 0) return times[after] ?? edgeNs(1)
  let before = after - 1
  while (times[before] >= nowNs.value) before--
  return times[before] ?? edgeNs(-1)
}

/** Returns the first moment beyond what is kept of the run, or its end. */
function edgeNs(direction: 1 | -1): number {
  const { fromNs = 0, untilNs = null } = ran.value?.playback ?? {}
  return direction > 0 ? (untilNs === null ? lengthNs.value : untilNs + 1) : Math.max(0, fromNs - 1)
}

/** A packet that is drawn: its index, and the part of its way that it has gone. */
export interface MovingPacket {
  readonly index: number
  readonly share: number
  readonly isLost: boolean
}

/** The most packets that are drawn at once, and that are looked at for them. */
const MOST_MOVING = 150
const MOST_LOOKED_AT = 20_000

/** Returns the packets on their way at a moment, the newest first. One that gets lost is seen up to the middle of its link. */
export function movingPackets({ packets, longestNs }: Playback, atNs: number, seenNs: number): MovingPacket[] {
  const { sentNs, arrivedNs } = packets
  const moving: MovingPacket[] = []
  const oldest = atNs - Math.max(seenNs, longestNs)
  const newest = firstAfter(sentNs, atNs) - 1
  const last = Math.max(0, newest - MOST_LOOKED_AT)
  for (let i = newest; i >= last && sentNs[i] >= oldest && moving.length < MOST_MOVING; i--) {
    const isLost = Number.isNaN(arrivedNs[i])
    const share = (atNs - sentNs[i]) / Math.max(seenNs, isLost ? 0 : arrivedNs[i] - sentNs[i])
    if (share < (isLost ? 0.5 : 1)) moving.push({ index: i, share, isLost })
  }
  return moving
}
