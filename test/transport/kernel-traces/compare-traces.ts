import type { SeenSegment } from './seen-segment.ts'

/** How far a trace is compared, if not completely, and why. */
export interface Allowance {
  readonly why: string
  /** Segments of the client and of the server that are compared; absent: all of them, and their number. */
  readonly until?: Partial<Record<'a' | 'b', number>>
  /** The same for their windows. */
  readonly windowsUntil?: Partial<Record<'a' | 'b', number>>
  /** Additional tolerance of times. */
  readonly lateMs?: number
}

const NONE: Allowance = { why: '' }
/** Variation of times by the kernel, its scheduler and the relay. */
const SCATTER_MS = 1
const SCATTER_SHARE = 0.02
/** The same for timers of a clock whose start is known (uptimes.ts). */
export const TIMER_SHARE = 0.005

/**
 * Returns the differences, one line per segment: its number from 1 on in its direction, what the kernel sent, and what
 * onpath sent.
 */
export function compareTraces(
  real: readonly SeenSegment[],
  here: readonly SeenSegment[],
  allowance: Allowance = NONE,
  scatterShare = SCATTER_SHARE,
): string[] {
  return (['a', 'b'] as const).flatMap((direction) => {
    const of = (segments: readonly SeenSegment[]) =>
      segments.filter((segment) => segment.direction === direction).sort((one, other) => one.sentUs - other.sentUs)
    return compareDirection(direction, of(real), of(here), allowance, scatterShare)
  })
}

function compareDirection(
  direction: 'a' | 'b',
  real: readonly SeenSegment[],
  here: readonly SeenSegment[],
  { until = {}, windowsUntil = {}, lateMs = 0 }: Allowance,
  scatterShare: number,
): string[] {
  const last = until[direction] ?? Math.max(real.length, here.length)
  const lastWindow = windowsUntil[direction] ?? last
  return Array.from({ length: last }, (_, i) => i).flatMap((i) => {
    const [theirs, ours] = [real[i], here[i]]
    const said = (segment: SeenSegment | undefined) =>
      segment === undefined ? 'nothing' : saidBy(segment, i < lastWindow)
    const isSame = said(theirs) === said(ours)
    if (isSame && (theirs === undefined || isInTime(theirs, ours, lateMs, scatterShare))) return []
    return [`${direction} ${i + 1}: kernel ${told(theirs, said(theirs))}, onpath ${told(ours, said(ours))}`]
  })
}

function isInTime(real: SeenSegment, here: SeenSegment, lateMs: number, scatterShare: number): boolean {
  const allowedUs = Math.max(SCATTER_MS * 1_000, scatterShare * real.sentUs) + lateMs * 1_000
  return Math.abs(real.sentUs - here.sentUs) <= allowedUs
}

function saidBy(
  { flags, sequence, payloadBytes, acknowledged, sack, window }: SeenSegment,
  withWindow: boolean,
): string {
  const words = [flags, `${sequence}+${payloadBytes}`]
  if (acknowledged !== null) words.push(`ack ${acknowledged}`)
  if (sack !== '') words.push(`sack ${sack}`)
  if (withWindow) words.push(`window ${window}`)
  return words.join(' ')
}

function told(segment: SeenSegment | undefined, said: string): string {
  return segment === undefined ? said : `${(segment.sentUs / 1_000).toFixed(3)} ${said}`
}
