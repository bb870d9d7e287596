import { z } from '../../scenario/schema/zod.ts'
import type { Point } from './point.ts'
import type { Seal } from './seal.ts'

/*
 * A job of the queue: a point that a worker is to simulate. It is data. A worker reads it as text, checks all of it, and
 * passes only the text of the scenario on, to the same function that reads the scenario files of users.
 */

/** The most characters of a job. A scenario that is larger is refused before it is sent. */
export const MAX_JOB_CHARACTERS = 16 * 1024 * 1024

/** The data of a job as BullMQ has it. */
export interface JobMessage {
  /** A point as JSON. */
  readonly body: string
  readonly seal: string
}

const messageSchema: z.ZodType<JobMessage> = z.strictObject({
  body: z.string().max(MAX_JOB_CHARACTERS),
  seal: z.string().max(128),
})

const pointSchema: z.ZodType<Point> = z.strictObject({
  build: z.string().max(200),
  scenario: z.string(),
  seed: z.int(),
  maxEvents: z.int().min(1).nullable(),
})

export type ReadJob = { readonly ok: true; readonly point: Point } | { readonly ok: false; readonly reason: string }

export function jobMessage(point: Point, seal: Seal): JobMessage {
  const body = JSON.stringify(point)
  return { body, seal: seal.of('job', body) }
}

/** Reads a job. The reason of a refusal has no text of the job. */
export function readJob(data: unknown, seal: Seal, build: string): ReadJob {
  const message = messageSchema.safeParse(data)
  if (!message.success) return refused('it is not a job of onpath')
  const { body } = message.data
  if (!seal.isOf('job', body, message.data.seal))
    return refused('its seal is wrong: it was damaged, or made with another ONPATH_QUEUE_SECRET')
  const parsed = pointSchema.safeParse(parseJson(body))
  if (!parsed.success) return refused('it is not a point of a sweep')
  if (parsed.data.build !== build) return refused('it is of another build of onpath')
  return { ok: true, point: parsed.data }
}

function refused(reason: string): ReadJob {
  return { ok: false, reason }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
