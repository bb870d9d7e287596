/**
 * The codes of problems in scenarios with their meanings, which `onpath explain CODE` prints. Codes are stable, so that
 * tools can match them.
 */
export const PROBLEM_CODES = {
  'too-large':
    'The scenario is too large. At most 16 MiB of text, 64 levels and 250,000 values are allowed, with aliases and bases expanded.',
  'yaml-syntax': 'The text is not valid YAML 1.2.',
  'yaml-feature':
    'The text uses a feature of YAML that scenarios do not allow: custom tags, several documents, directives of other YAML versions, or keys that are not texts.',
  'duplicate-key': 'A map has the same key twice, and one of the two would be ignored.',
  'unknown-key': 'There is no key with this name in this map.',
  'missing-key': 'A key is missing that has no default.',
  'wrong-type': 'The value has the wrong type, such as a list in place of a map, or a number in place of a text.',
  'wrong-unit':
    'The value has no unit, or a wrong one. Durations, rates, sizes and ratios need a unit, such as 10ms, 100Mbps, 20MB or 0.1%, and must be exact.',
  'out-of-range': 'The value has the right form, but it is outside the range that the model supports.',
  'unknown-value': 'The value is not one of the words that this key accepts.',
  'bad-name': 'The name is not valid. Names consist of 1 to 100 ASCII letters, digits, - and _.',
  'unknown-name': 'The scenario does not declare anything with this name.',
  'no-route': 'There is no route of links and segments from one host to the other.',
  contradiction: 'Two values of the scenario contradict each other.',
  incomplete:
    'A setting needs another one that is missing, so that it breaks something or has no effect. The scenario is simulated as it is written; this is a warning.',
  'not-modelled-yet':
    'The key or value is planned, but this version does not simulate it. It is refused so that it is not ignored.',
  'bad-expectation': 'A line of `expect`, `accept` or `policy` does not have one of the documented forms.',
  'bad-override': 'An override (`--set`) does not have the form PATH=VALUE, or its path does not exist.',
  'bad-sweep':
    'The `sweep` is not valid. It maps paths of the scenario to lists of values or to ranges such as 1..30, and has at most 10,000 points.',
  'bad-base': 'The file named by `extends` or `--attack` cannot be read, is no scenario or attack, or extends itself.',
  'more-problems': 'There are more problems than are shown. Correct the first ones and check again.',
} as const satisfies Readonly<Record<string, string>>

/** The code of a problem in a scenario, as `onpath explain` takes it. */
export type ProblemCode = keyof typeof PROBLEM_CODES
