/**
 * The closed set of what can be wrong with a scenario. The codes are stable: tools may match them, and
 * `onpath explain CODE` prints the sentence.
 */
export const PROBLEM_CODES = {
  'too-large': 'A scenario is at most 1 MiB of text, 64 levels deep and 100,000 values in all, aliases expanded.',
  'yaml-syntax': 'The text is not well-formed YAML 1.2.',
  'yaml-feature':
    'Custom tags, several documents, directives of other YAML versions and keys that are not text are not accepted.',
  'duplicate-key': 'One map holds the same key twice, so that one of the two would be ignored.',
  'unknown-key': 'No key of this name exists here.',
  'missing-key': 'A key that has no default is absent.',
  'wrong-type': 'The value has the wrong shape: a list for a map, a number for a text.',
  'wrong-unit': 'Durations, rates, sizes and ratios carry a unit (10ms, 100Mbps, 20MB, 0.1%) and are exact.',
  'out-of-range': 'The value is well-formed but outside the bounds that the model can honour.',
  'unknown-value': 'The value is none of the words that this key knows.',
  'bad-name': 'Names are 1 to 100 ASCII letters, digits, - and _.',
  'unknown-name': 'The name refers to something that the scenario does not declare.',
  'no-route': 'No chain of links leads from one host to the other.',
  contradiction: 'Two statements of the scenario cannot both hold.',
  'not-modelled-yet':
    'The key or value is planned and documented, but this version does not simulate it, and never ignores it.',
  'bad-expectation': 'A line of `expect` does not follow the grammar.',
  'bad-override': 'An override (`--set`) is not of the form PATH=VALUE, or its path leads nowhere.',
  'bad-sweep':
    'A `sweep` maps paths of the scenario to lists of values, or to ranges (1..30), and has at most 10,000 points.',
  'bad-base': 'The file named by `extends` cannot be read, or extends itself.',
  'more-problems': 'The list was cut; repair the first ones and check again.',
} as const

export type ProblemCode = keyof typeof PROBLEM_CODES
