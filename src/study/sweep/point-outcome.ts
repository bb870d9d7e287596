import type { Result } from '../../measure/result.ts'
import type { CheckedScenario } from '../../scenario/checked-scenario.ts'
import { z } from '../../scenario/schema/zod.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { isResult } from '../compare/parse-result.ts'
import type { PointKey } from './point.ts'
import { decodeRecord, encodeRecord, type Sha256 } from './record.ts'

/** The outcome of a point, which is the same on every machine: a result, or that its events were used up. */
export type PointOutcome =
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'events-used-up'; readonly seed: number; readonly events: number; readonly simulatedNs: number }

/** The parts of a point that its run needs. */
export interface PointToRun {
  readonly scenario: CheckedScenario
  readonly maxEvents: number | null
  readonly interruption: AbortSignal
}

/** Simulates the scenario of a point. */
export type SimulatePoint = (
  scenario: CheckedScenario,
  options: { readonly recordPackets: false; readonly interruption: AbortSignal; readonly maxEvents?: number },
) => Promise<{ readonly result: Result }>

/**
 * Simulates a point. The outcome was converted to JSON and back, so that it equals a stored one.
 * @throws BudgetExceeded if the machine has too little memory, and any bug
 */
export async function runPoint(
  { scenario, maxEvents, interruption }: PointToRun,
  simulate: SimulatePoint,
): Promise<PointOutcome> {
  const budget = maxEvents === null ? {} : { maxEvents }
  try {
    const { result } = await simulate(scenario, { recordPackets: false, interruption, ...budget })
    return { kind: 'result', result: JSON.parse(JSON.stringify(result)) }
  } catch (error) {
    if (!(error instanceof BudgetExceeded && error.budget === 'events')) throw error
    return {
      kind: 'events-used-up',
      seed: scenario.blueprint.seed,
      events: error.events,
      simulatedNs: error.simulatedNs,
    }
  }
}

/** Returns whether the outcome covers the whole point. The partial result of an interrupted run is never stored. */
export function isWhole(outcome: PointOutcome): boolean {
  return outcome.kind !== 'result' || outcome.result.ended !== 'interrupted'
}

/** Returns the bytes of a stored point. */
export function encodePoint(key: PointKey, outcome: PointOutcome, sha256: Sha256): string {
  return encodeRecord(key, outcome, sha256)
}

/** Reads the bytes of a stored point. Returns null when they are damaged, or those of another point. */
export function decodePoint(key: PointKey, bytes: Uint8Array, sha256: Sha256): PointOutcome | null {
  const record = decodeRecord(key, bytes, sha256)
  return record === null ? null : outcomeIn(record.value)
}

const eventsUsedUp = z.strictObject({
  kind: z.literal('events-used-up'),
  seed: z.int(),
  events: z.int().min(0),
  simulatedNs: z.int().min(0),
})

function outcomeIn(value: unknown): PointOutcome | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null
  if (value.kind === 'result' && 'result' in value && isResult(value.result))
    return { kind: 'result', result: value.result }
  const usedUp = eventsUsedUp.safeParse(value)
  return usedUp.success ? usedUp.data : null
}
