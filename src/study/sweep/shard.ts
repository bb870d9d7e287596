/** One of the parts into which the points of a sweep are split: `number` from 1 to `of`. */
export interface Shard {
  readonly number: number
  readonly of: number
}

/** The most parts of a sweep. */
export const MAX_SHARDS = 10_000

/** Reads a shard such as `3/8`. Returns null for anything else. */
export function parseShard(text: string): Shard | null {
  const [, number, of] = (/^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? []).map(Number)
  return number >= 1 && number <= of && of <= MAX_SHARDS ? { number, of } : null
}

export function shardText({ number, of }: Shard): string {
  return `${number}/${of}`
}

/**
 * Returns the points of a shard, by their numbers in the grid: every `of`th one. Points that are far from each other in
 * the grid take different times, so that neighbours go to different shards.
 */
export function pointsOfShard({ number, of }: Shard, size: number): readonly number[] {
  return Array.from({ length: Math.max(0, Math.ceil((size - number + 1) / of)) }, (_, i) => number - 1 + i * of)
}
