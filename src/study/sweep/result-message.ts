import { z } from '../../scenario/schema/zod.ts'
import type { PointKey } from './point.ts'
import { decodePoint, encodePoint, type PointOutcome } from './point-outcome.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import type { Seal } from './seal.ts'

/** The most bytes of a result that are read. */
export const MAX_RESULT_BYTES = 64 * 1024 * 1024

/** Why a worker has no outcome of a point. */
export interface Failure {
  readonly kind: 'bug' | 'memory'
  readonly message: string
}

const MAX_MESSAGE = 4_000

const failureSchema: z.ZodType<Failure> = z.strictObject({
  kind: z.enum(['bug', 'memory']),
  message: z.string().max(MAX_MESSAGE),
})

export type ReadResult =
  | { readonly kind: 'outcome'; readonly outcome: PointOutcome }
  | { readonly kind: 'failure'; readonly failure: Failure }
  | { readonly kind: 'refused'; readonly reason: string }

/** Returns the outcome of a point as a worker sends it: a line with its seal, and the record of the point. */
export function outcomeMessage(key: PointKey, outcome: PointOutcome, seal: Seal): string {
  return sealed(encodePoint(key, outcome, seal.sha256), seal)
}

export function failureMessage(key: PointKey, { kind, message }: Failure, seal: Seal): string {
  return sealed(encodeRecord(failureName(key), { kind, message: message.slice(0, MAX_MESSAGE) }, seal.sha256), seal)
}

/**
 * Reads a worker's message about a point. Returns the outcome, or the reason why there is none, if the message is
 * valid.
 */
export function readResult(key: PointKey, bytes: Uint8Array, seal: Seal): ReadResult {
  const text = new TextDecoder().decode(bytes)
  const end = text.indexOf('\n')
  const record = text.slice(end + 1)
  if (!seal.isOf('result', record, text.slice(0, Math.max(0, end))))
    return refused('its seal is wrong: it was damaged, or made with another ONPATH_QUEUE_SECRET')
  const encoded = new TextEncoder().encode(record)
  const outcome = decodePoint(key, encoded, seal.sha256)
  if (outcome !== null) return { kind: 'outcome', outcome }
  const failure = failureSchema.safeParse(decodeRecord(failureName(key), encoded, seal.sha256)?.value)
  return failure.success ? { kind: 'failure', failure: failure.data } : refused('it is not a result of this point')
}

function sealed(record: string, seal: Seal): string {
  return `${seal.of('result', record)}\n${record}`
}

/** The name of a failure record, different from the name of an outcome. */
function failureName(key: PointKey): string {
  return `${key}/failure`
}

function refused(reason: string): ReadResult {
  return { kind: 'refused', reason }
}
