import { isDate } from '../scenario/expectations/resolve-acceptances.ts'
import {
  checkArgument,
  checkShape,
  either,
  FUNCTION,
  type Kind,
  LIMIT,
  listOf,
  OBJECT,
  type Shape,
  TEXT,
  TRUE_OR_FALSE,
  WHOLE,
  withTexts,
} from '../simulation/given/check-given.ts'
import { CHECKED, LOAD_SHAPE } from '../simulation/given/shapes.ts'

// The arguments of functions of `onpath/study`.

const COUNT: Kind = {
  expected: 'a whole number from 1',
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
}
const NULL: Kind = { expected: 'null', accepts: (value) => value === null }
const DAY: Kind = {
  expected: 'a day such as 2027-03-01',
  accepts: (value) => typeof value === 'string' && isDate(value),
}
const TEXTS = listOf(TEXT, 'texts')

/** A list with at least one item. */
function someOf(kind: Kind, items: string): Kind {
  const { expected, accepts } = listOf(kind, items)
  return { expected: `${expected}, and not empty`, accepts: (value) => accepts(value) && (value as []).length > 0 }
}

/** A value that another function returned. It has these keys. */
function returned(expected: string, ...keys: readonly string[]): Kind {
  return {
    expected,
    accepts: (value) => OBJECT.accepts(value) && keys.every((key) => Reflect.get(Object(value), key) !== undefined),
  }
}

/** A scenario source. Further keys are allowed. */
export const SOURCE = withTexts('text', 'file')
export const SCENARIOS = listOf(CHECKED, 'scenarios')

export const CHECK_PLAN = returned('the `plan` that readCheck returns', 'probes', 'matrix', 'scope')
export const SUBJECT: Kind = {
  expected: 'what importSubject returns, or { source, imported: null } for a scenario',
  accepts: (value) => OBJECT.accepts(value) && SOURCE.accepts(Reflect.get(Object(value), 'source')),
}
export const FIXABLE = returned('what fixableOf returns', 'patch', 'whoCan')
export const LIMITS_SUBJECT = returned('the `subject` that readLimits returns', 'links', 'absent')
export const SWEEP = returned('the `sweep` that readSweep returns', 'grid', 'scenarioAt')
export const SIDE = returned('what readSide returns', 'label', 'kind')

const NAMED_ATTACK: Kind = {
  expected: 'an object with a name and a source, which has a text and a file',
  accepts: (value) => withTexts('name').accepts(value) && SOURCE.accepts(Reflect.get(Object(value), 'source')),
}

/** The parts of the scope of a check. */
export const SCOPE_SHAPE: Shape = {
  attacks: listOf(NAMED_ATTACK, 'attacks'),
  areNamed: TRUE_OR_FALSE,
  isMatrix: TRUE_OR_FALSE,
  paths: either(TEXTS, NULL),
  places: either(TEXTS, NULL),
  vantages: either(TEXTS, NULL),
  techniques: either(TEXTS, NULL),
}

const CHECK_SETTINGS_SHAPE: Shape = {
  today: { ...DAY, isRequired: true },
  scans: either(listOf(OBJECT, 'statements'), NULL),
  scannerReport: either(OBJECT, NULL),
  commands: FUNCTION,
}

export const FIX_SHAPE: Shape = { today: { ...DAY, isRequired: true }, write: FUNCTION }

export const LIMITS_SHAPE: Shape = {
  axes: someOf(TEXT, 'axes'),
  criteria: someOf(TEXT, 'criteria'),
  profiles: someOf(TEXT, 'profiles'),
  seeds: someOf(WHOLE, 'seeds'),
}

export const SWEEP_SHAPE: Shape = { ...LOAD_SHAPE, sweep: TEXTS, seeds: TEXT }

/** The budget of a simulation. */
export const BUDGET_SHAPE: Shape = { maxEvents: LIMIT }

/** The texts of one side of a comparison. */
export const SIDE_SHAPE: Shape = {
  file: { ...TEXT, isRequired: true },
  text: { ...TEXT, isRequired: true },
  verdicts: withTexts('file', 'text'),
  scenario: { expected: 'anything', accepts: () => true },
}

const SIGNAL: Kind = { expected: 'an AbortSignal', accepts: (value) => value instanceof AbortSignal }

export const IN_PLACE_SHAPE: Shape = { interruption: SIGNAL }

/** The methods of a simulator. Further ones are allowed. */
const SIMULATOR_SHAPE: Shape = {
  jobs: { ...COUNT, isRequired: true },
  simulate: { ...FUNCTION, isRequired: true },
  interruption: SIGNAL,
  begin: FUNCTION,
  pause: FUNCTION,
}

/** Checks a simulator that was passed to a function. @throws InvalidOptions */
export function checkSimulator(name: string, simulator: unknown): void {
  checkArgument(`simulator of ${name}`, simulator, OBJECT)
  const parts = Object.keys(SIMULATOR_SHAPE).map((key) => [key, Reflect.get(Object(simulator), key)])
  checkShape(`part of the simulator of ${name}`, Object.fromEntries(parts), SIMULATOR_SHAPE)
}

/** Checks the plan, the settings and the simulator of `check` or `tryMatrix`. @throws InvalidOptions */
export function checkPlanned(name: string, plan: unknown, settings: unknown, simulator: unknown): void {
  checkArgument(`plan of ${name}`, plan, CHECK_PLAN)
  checkShape(`option of ${name}`, settings, CHECK_SETTINGS_SHAPE)
  checkSimulator(name, simulator)
}
