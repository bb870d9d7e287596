import type { Result } from '../../measure/result.ts'
import { resultSchema } from '../../report/result-schema.ts'
import { z } from '../../scenario/schema/zod.ts'

export type ParsedResult =
  | { readonly ok: true; readonly result: Result }
  /** The reason has the place in the text, and nothing of the text itself. */
  | { readonly ok: false; readonly reason: string }

/** Reads the result in a `summary.json`, and checks all of it. */
export function parseResult(text: string): ParsedResult {
  const json = parseJson(text)
  if (!json.ok) return json
  const parsed = resultSchema.safeParse(json.value)
  if (parsed.success) return { ok: true, result: parsed.data }
  const [{ path, message }] = parsed.error.issues
  const place = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  const advice = 'it is not the summary of a run of this version; run the scenario again'
  return { ok: false, reason: `${advice} (${place === '' ? 'the document' : place.replace(/^\./, '')}: ${message})` }
}

/** Returns whether a value is a result of this version. */
export function isResult(value: unknown): value is Result {
  return resultSchema.safeParse(value).success
}

/** The fields that identify the summary of a run of any version. */
const summaryOfAnyVersion = z.looseObject({ schemaVersion: z.int(), scenario: z.string(), digest: z.string() })

/** Returns whether a text is the summary of a run by any version of onpath. */
export function isSummary(text: string): boolean {
  const json = parseJson(text)
  return json.ok && summaryOfAnyVersion.safeParse(json.value).success
}

function parseJson(text: string): { readonly ok: true; readonly value: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const offset = /position (\d+)/.exec(error.message)?.[1]
    const before = offset === undefined ? null : text.slice(0, Number(offset)).split('\n')
    const place = before === null ? '' : ` (line ${before.length}, column ${before[before.length - 1].length + 1})`
    return { ok: false, reason: `it is not JSON${place}` }
  }
}
