import { availableParallelism } from 'node:os'
import { InvalidArgumentError } from 'commander'
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
