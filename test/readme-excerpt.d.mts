import type { Result } from '../src/measure/result.ts'

export const MATRIX_COMMAND: readonly string[]

export function pathsExcerpt(
  jointTable: (results: readonly Result[], options: { readonly hasColor: boolean }) => string,
): string

export function matrixExcerpt(printed: string): string
