import type { PassedOn } from '../../src/attack/state/passed-on-log.ts'
import { type PathHistory, unusedHistory } from '../../src/measure/verdicts/history.ts'

/** Returns the history of a path without traffic, in a run of 1,000 ticks. */
export function aHistory(overrides: Partial<PathHistory> = {}): PathHistory {
  return { ...unusedHistory(1_000), ...overrides }
}

/** Returns completed requests, each from its start to its end. */
export function responses(...spans: readonly (readonly [number, number])[]): PathHistory['responses'] {
  return spans.map(([startTick, endTick]) => ({ startTick, endTick }))
}

/** Returns a request that the apiserver passed on. */
export function aPassedOn(request: number, startTick: number, endTick: number, end: PassedOn['end']): PassedOn {
  return { messages: 1, request, startTick, endTick, end }
}
