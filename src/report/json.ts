import { visibleJson } from '../scenario/problems/visible.ts'

/** Returns a value as an indented JSON document. Tools can compare it line by line. */
export function jsonDocument(value: unknown): string {
  return `${visibleJson(value, 2)}\n`
}

/** Returns a value as one line of NDJSON. */
export function jsonLine(value: unknown): string {
  return `${visibleJson(value)}\n`
}

/** Returns a value as a document if it is the only one, otherwise as a line of NDJSON. */
export function jsonOf(value: unknown, isOnly: boolean): string {
  return isOnly ? jsonDocument(value) : jsonLine(value)
}
