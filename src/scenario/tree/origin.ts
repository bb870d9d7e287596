import type { Spot } from './source-text.ts'

/** Where a value came from, in words. */
export function originOf(spot: Spot): string {
  if (spot.origin !== undefined) return spot.origin
  if (spot.source.file === '--set') return `--set ${spot.source.text}`
  if (spot.source.file === '--seed') return '--seed'
  return `${spot.source.file}:${spot.source.positionOf(spot.start).line}`
}

/** Makes a spot of a value that nobody wrote: it says where it is from instead. */
export type Origin = (origin: string) => Spot
