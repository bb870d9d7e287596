import type { Position } from './source-text.ts'

/** Where a value came from, in words. */
export function originOf(position: Position): string {
  if (position.origin !== undefined) return position.origin
  if (position.source.file === '--set') return `--set ${position.source.text}`
  if (position.source.file === '--seed') return '--seed'
  return `${position.source.file}:${position.source.positionOf(position.start).line}`
}

/** Makes a position of a value that nobody wrote: it says where it is from instead. */
export type Origin = (origin: string) => Position
