import { availableParallelism } from 'node:os'
import { InvalidArgumentError } from 'commander'
import { TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { UsageError } from '../../disk/usage-error.ts'
import { namesOf } from '../../engine/registry.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { repeated, value, words } from './option.ts'
import { count, date } from './values.ts'

/** The most threads; each can need the memory of a whole cluster. */
const MAX_JOBS = 64

export const jobs = value('<number>', 'how many runs there may be at a time (default: the number of cores)', (text) => {
  const number = count(text)
  if (number > MAX_JOBS) throw new InvalidArgumentError(`It must be at most ${MAX_JOBS}.`)
  return number
})

/** Returns the number of simulations that run at a time. */
export function jobsOf(given: number | undefined): number {
  return given ?? Math.min(availableParallelism(), MAX_JOBS)
}

/** Options of commands that judge attackers by a policy. */
export const GATE_OPTIONS = {
  policy: repeated(
    '<rule>',
    "judge by this policy in place of that of the scenario: a name from `onpath list policies`, or a rule such as 'never read, privilege'",
  ),
  today: value('<date>', 'the day for which `accept` is evaluated, such as 2027-03-01 (default: today)', date),
  path: words('<name>', 'only these paths'),
  place: words('<role>', 'only attackers of the matrix at these places'),
  vantage: words('<name>', 'only attackers with these vantages'),
  technique: words('<name>', 'only these techniques'),
  jobs,
}

interface GateFilter {
  readonly vantage?: readonly string[]
  readonly technique?: readonly string[]
}

/** Refuses names that no cell of a matrix has. @throws UsageError */
export function refuseUnknownNames({ vantage = [], technique = [] }: GateFilter): void {
  refuseUnknown('vantage', vantage, namesOf(VANTAGES))
  refuseUnknown('technique', technique, namesOf(TECHNIQUES))
}

/** Refuses paths without a workload, since nothing would be tried. @throws UsageError */
export function refuseUnknownPaths(paths: readonly string[] = [], known: readonly string[]): void {
  const names = [...new Set(known)]
  const unknown = paths.find((path) => !names.includes(path))
  if (unknown === undefined) return
  const hint = didYouMean(unknown, names)
  throw new UsageError(
    `there is no path ${unknown} with a workload; ${hint === undefined ? '' : `${hint}; `}the paths are ${names.join(', ')}`,
  )
}

/** Refuses places that no cell of the matrices has. @throws UsageError */
export function refuseUnknownPlaces(places: readonly string[] = [], known: readonly string[]): void {
  refuseUnknown('place', places, [...new Set(known)])
}

function refuseUnknown(what: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((name) => !known.includes(name))
  if (unknown === undefined) return
  const hint = didYouMean(unknown, known)
  throw new UsageError(
    `there is no ${what} ${unknown}; ${hint === undefined ? '' : `${hint}; `}the ${what}s are ${known.join(', ')}`,
  )
}
