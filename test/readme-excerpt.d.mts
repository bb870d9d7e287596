import type { Result } from '../src/measure/result.ts'

export const MATRIX_COMMAND: readonly string[]

export function pathsExcerpt(print: (results: readonly Result[]) => string): string

export function matrixExcerpt(printed: string): string
