import type { LinkSection } from '../schema/links.ts'

/** What events may be about. */
export interface EventSurroundings {
  readonly links: ReadonlyMap<string, LinkSection>
  /** All that are declared, also where something about one is wrong. */
  readonly linkNames: ReadonlySet<string>
  readonly segmentNames: ReadonlySet<string>
  readonly hostNames: ReadonlySet<string>
  readonly podNames: ReadonlySet<string>
}

/** A lasting one is in force only until the next, so it clashes at its own moment alone. */
export function isOverlapping(
  a: { atNs: number; forNs: number | null },
  b: { atNs: number; forNs: number | null },
): boolean {
  const aEndNs = a.atNs + (a.forNs ?? 1)
  const bEndNs = b.atNs + (b.forNs ?? 1)
  return a.atNs < bEndNs && b.atNs < aEndNs
}
