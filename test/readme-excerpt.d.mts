import type { Result } from '../src/measure/result.ts'

export function excerptOf(
  jointTable: (results: readonly Result[], options: { readonly hasColor: boolean }) => string,
): string
