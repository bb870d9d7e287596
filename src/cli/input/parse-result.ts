import type { Result } from '../../measure/result.ts'

/** Reads the result in the text of a `summary.json`. Returns null when the text is no such result. */
export function parseResult(text: string): Result | null {
  const value = parseJson(text)
  return isResult(value) ? value : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Whether a value has the parts of a result on which comparisons rely. */
function isResult(value: unknown): value is Result {
  if (typeof value !== 'object' || value === null) return false
  const { schemaVersion, digest, workloads } = value as Partial<Record<keyof Result, unknown>>
  return schemaVersion === 1 && typeof digest === 'string' && Array.isArray(workloads) && workloads.every(isWorkload)
}

function isWorkload(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { name, latencyMs } = value as Record<string, unknown>
  return typeof name === 'string' && typeof latencyMs === 'object' && latencyMs !== null
}
