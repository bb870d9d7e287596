import { InvalidArgumentError } from 'commander'

/** The most seeds of a search. */
const MOST_SEEDS = 1_000

/** Reads seeds: a range such as `1..30`, or a list such as `1,5,9`. */
export function seedList(text: string): readonly number[] {
  const range = /^(\d{1,15})\.\.(\d{1,15})$/.exec(text)
  if (range === null && !/^-?\d{1,15}(,-?\d{1,15})*$/.test(text))
    throw new InvalidArgumentError('It is neither a range such as 1..30 nor a list such as 1,5,9.')
  const [first, last] = range === null ? [0, 0] : [Number(range[1]), Number(range[2])]
  if (last < first) throw new InvalidArgumentError('The range ends before it begins.')
  const count = range === null ? text.split(',').length : last - first + 1
  if (count > MOST_SEEDS)
    throw new InvalidArgumentError(`There are ${count} seeds, and at most ${MOST_SEEDS} are allowed.`)
  if (range !== null) return Array.from({ length: count }, (_, i) => first + i)
  return [...new Set(text.split(',').map(Number))]
}

/** Returns seeds as the option takes them. */
export function seedText(seeds: readonly number[]): string {
  const isRange = seeds.length > 2 && seeds.every((seed, i) => seed >= 0 && seed === seeds[0] + i)
  return isRange ? `${seeds[0]}..${seeds[seeds.length - 1]}` : seeds.join(',')
}
