import { effect } from '@preact/signals'
import type { Playback } from '../packets/playback/playback.ts'
import { isPlaying, lengthNs, nowNs, ran, speed } from './state.ts'

/** The speeds of the clock: simulated nanoseconds in a second, from the slowest. */
export const SPEEDS = [1e5, 1e6, 1e7, 1e8, 1e9] as const

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
  const sentNs = ran.value?.playback.packets.sentNs
  if (sentNs === undefined) return
  const index = direction > 0 ? firstAfter(sentNs, nowNs.value) : firstAfter(sentNs, nowNs.value - 1e-3) - 1
  const tick = direction > 0 ? sentNs[index] : lastBefore(sentNs, index)
  isPlaying.value = false
  jump(tick ?? (direction > 0 ? lengthNs.value : 0))
}

function lastBefore(sentNs: Float64Array, index: number): number | undefined {
  for (let i = index; i >= 0; i--) if (sentNs[i] < nowNs.value) return sentNs[i]
  return undefined
}

/** Goes to the message that was sent next, or to the one before. */
export function stepMessage(direction: 1 | -1): void {
  const messages = ran.value?.playback.messages ?? []
  const times = messages.map(({ sentNs }) => sentNs)
  isPlaying.value = false
  jump(neighbour(times, direction))
}

/** Goes to the next mark, or to the one before. */
export function stepMark(direction: 1 | -1): void {
  const times = (ran.value?.marks ?? []).map(({ atNs }) => atNs)
  isPlaying.value = false
  jump(neighbour(times, direction))
}

function neighbour(times: readonly number[], direction: 1 | -1): number {
  const now = nowNs.value
  return direction > 0
    ? (times.find((time) => time > now) ?? lengthNs.value)
    : (times.findLast((time) => time < now) ?? 0)
}

/** Returns the index of the first of sorted times that is later. */
function firstAfter(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle] > time) high = middle
    else low = middle + 1
  }
  return low
}

/** A packet that is drawn: its index, and the part of its way that it has gone. */
export interface MovingPacket {
  readonly index: number
  readonly share: number
  readonly isLost: boolean
}

/** The most packets that are drawn at once. */
const MOST_MOVING = 150

/** Returns the packets on their way at a moment, the newest first. One that gets lost is seen up to the middle of its link. */
export function movingPackets({ packets }: Playback, atNs: number, seenNs: number, longestNs: number): MovingPacket[] {
  const { sentNs, arrivedNs } = packets
  const moving: MovingPacket[] = []
  const oldest = atNs - Math.max(seenNs, longestNs)
  for (let i = firstAfter(sentNs, atNs) - 1; i >= 0 && sentNs[i] >= oldest && moving.length < MOST_MOVING; i--) {
    const isLost = Number.isNaN(arrivedNs[i])
    const share = (atNs - sentNs[i]) / Math.max(seenNs, isLost ? 0 : arrivedNs[i] - sentNs[i])
    if (share < (isLost ? 0.5 : 1)) moving.push({ index: i, share, isLost })
  }
  return moving
}

/** Returns the longest time that a packet of a playback is on a link. */
export function longestOnLink({ packets: { sentNs, arrivedNs } }: Playback): number {
  let longest = 0
  for (let i = 0; i < sentNs.length; i++) if (arrivedNs[i] - sentNs[i] > longest) longest = arrivedNs[i] - sentNs[i]
  return longest
}
