import { repeated, value } from './option.ts'
import { wholeNumber } from './values.ts'

/** The arguments of commands that read scenario files. */
export const SCENARIO_FILES = [{ syntax: '<file...>', meaning: 'scenario files; - means standard input' }] as const

export const attack = repeated(
  '<name>',
  'add this attack to the scenario: a name from `onpath list attacks`, or a file',
)

/** Options that change a scenario. */
export const SCENARIO_OPTIONS = {
  seed: value('<number>', 'use this seed in place of the seed of the scenario', wholeNumber),
  set: repeated('<path=value>', 'change a value of the scenario, such as links.wan.loss=1%'),
  attack,
}
