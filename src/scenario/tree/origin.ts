import type { Position } from '../problems/source-text.ts'

/** Returns the origin of a value in words: `wan.yaml:9`, `--set links.wan.loss=1%`, `preset konnectivity`. */
export function originOf(position: Position): string {
  if (position.origin !== undefined) return position.origin
  if (position.source.file === '--set') return `--set ${position.source.text}`
  if (position.source.file === '--seed') return '--seed'
  return `${position.source.file}:${position.source.positionOf(position.start).line}`
}

/** Makes the position of a value that is not written and has only an origin. */
export type Origin = (origin: string) => Position
