import { namesOf } from '../../engine/registry.ts'
import type { Result } from '../../measure/result.ts'
import { RUN_FILES } from '../formats.ts'

/** Returns the text of a file beside a result; null if there is none of that name. */
export type ReadTable = (name: string) => string | null

/** Returns the CSV files of a run folder, which repeat the summary for spreadsheets. */
export function tablesOf(result: Result): { readonly name: string; readonly text: string }[] {
  return namesOf(RUN_FILES).flatMap((name) => {
    const text = RUN_FILES[name].write(result)
    return text === null ? [] : [{ name, text }]
  })
}

/** Says which CSV file is missing beside a result; null if all are there. */
export function missingTable(result: Result, read: ReadTable): string | null {
  const missing = tablesOf(result).find(({ name }) => read(name) === null)
  return missing === undefined ? null : `${missing.name} is missing`
}

/** Names the first CSV file beside a result that does not belong to it, with the line; null if there is none. */
export function foreignTable(result: Result, read: ReadTable): string | null {
  for (const name of namesOf(RUN_FILES)) {
    const found = read(name)
    if (found === null) continue
    const text = RUN_FILES[name].write(result)
    if (text === null) return `${name} belongs to another run`
    const [was, is] = [found, text].map((table) => table.split('\n'))
    const line = Array.from({ length: Math.max(was.length, is.length) }, (_, i) => i).find((i) => was[i] !== is[i])
    if (line !== undefined) return `${name}, line ${line + 1}`
  }
  return null
}
