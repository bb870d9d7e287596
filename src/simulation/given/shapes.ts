import {
  FUNCTION,
  type Kind,
  LIMIT,
  listOf,
  OBJECT,
  recordOf,
  type Shape,
  TEXT,
  WHOLE,
  withTexts,
} from './check-given.ts'

const TEXTS = listOf(TEXT, 'texts')

/** The scenario that `loadScenario` takes. */
export const SOURCE_SHAPE: Shape = {
  text: { ...TEXT, isRequired: true },
  file: { ...TEXT, isRequired: true },
  read: FUNCTION,
}

/** The options of `loadScenario`. */
export const LOAD_SHAPE: Shape = {
  seed: WHOLE,
  set: TEXTS,
  policy: TEXTS,
  attacks: listOf(withTexts('text', 'file'), 'attacks'),
  congestionControls: recordOf(OBJECT),
}

/** The limits of a run. */
export const LIMITS_SHAPE: Shape = { maxEvents: LIMIT, maxMemoryBytes: LIMIT }

/** Objects of a user that take part in a run. */
export const OWN_CODE_SHAPE: Shape = {
  observers: listOf(OBJECT, 'observers'),
  congestionControls: recordOf(OBJECT),
  rules: listOf(OBJECT, 'rules'),
  attackers: listOf(OBJECT, 'attackers'),
}

/** The options of `simulate`. */
export const SIMULATE_SHAPE: Shape = { ...LIMITS_SHAPE, ...OWN_CODE_SHAPE }

/** The `scenario` that `loadScenario` returns. */
export const CHECKED: Kind = {
  expected: 'the `scenario` that loadScenario returns',
  accepts: (value) => OBJECT.accepts(value) && OBJECT.accepts(Reflect.get(Object(value), 'blueprint')),
}
