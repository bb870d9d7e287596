import { repeated, value } from './option.ts'
import { wholeNumber } from './values.ts'

/** FILE, for every command that reads scenarios. */
export const SCENARIO_FILES = [{ syntax: '<file...>', meaning: 'scenario files; - is standard input' }] as const

export const attack = repeated('<name>', 'an attack that ships, or a file with one, laid over the scenario')

/** What may be changed of a scenario. */
export const SCENARIO_OPTIONS = {
  seed: value('<number>', "the seed, in place of the scenario's", wholeNumber),
  set: repeated('<path=value>', 'a value of the scenario, as in --set links.wan.loss=1%'),
  attack,
}
