import { VANTAGES } from '../attack/vantages.ts'
import { flagsOf } from '../cluster/flags/flag.ts'
import { PROGRAMS } from '../cluster/flags/programs.ts'
import { PATH_LETTERS } from '../cluster/paths/letters.ts'
import { MODELLED_PATH_KINDS } from '../cluster/paths/path-kinds.ts'
import { mapEntries, namesOf } from '../engine/registry.ts'
import { DEFAULT_POLICY, POLICIES } from '../measure/policies.ts'
import { BREAKDOWN_PARTS } from '../measure/result.ts'
import { NOTICE_MEANINGS, OUTCOME_MEANINGS } from '../measure/verdict.ts'
import { MIDDLEBOX_KINDS } from '../network/middlebox-kinds.ts'
import { PRESETS } from '../scenario/presets/presets.ts'
import { PROBLEM_CODES } from '../scenario/problems/problem-codes.ts'
import { describeFlag } from '../scenario/schema/flag-text.ts'
import { CONGESTION_CONTROLS } from '../transport/congestion/congestion-controls.ts'
import { optionName } from '../values/option-name.ts'
import { WORKLOAD_KINDS } from '../workload/workload-kind.ts'
import type { CiOutput } from './ci/ci-output.ts'
import { COLUMNS } from './columns.ts'
import { CI_OUTPUTS } from './formats.ts'
import { METRIC_COLUMNS } from './run/samples-csv.ts'
import { cpu } from './words/cpu.ts'
import { links } from './words/links.ts'
import { type List, listOfMeanings, listOfTexts } from './words/list.ts'
import { paths } from './words/paths.ts'
import { roles } from './words/roles.ts'
import { techniques } from './words/techniques.ts'
import { wrap } from './words/wrap.ts'

const MARKS = [
  { name: 'detected', meaning: `${NOTICE_MEANINGS.security} (\`noticed: security\`)` },
  {
    name: 'own',
    meaning: 'the victim is what the attacker had from the start, such as pods of a node on which it is root',
  },
  { name: 'other', meaning: 'the victim is not what the attacker had from the start; policies judge these verdicts' },
]

const OUTPUTS = mapEntries<keyof typeof CI_OUTPUTS, CiOutput, CiOutput>(CI_OUTPUTS, (output) => output)

/** Lists of all that can stand in scenarios and results, with a meaning for each word, in the order of `onpath list`. */
export const WORDS = {
  paths,
  letters: listOfTexts(
    'letter of a path',
    'letters of paths, A to J',
    () => namesOf(PATH_LETTERS).map((name) => ({ name, meaning: PATH_LETTERS[name], kinds: kindsWith(name) })),
    ({ meaning, kinds }) => `${meaning} Path kinds: ${kinds.join(', ')}.`,
  ),
  links,
  middleboxes: listOfMeanings('kind of middlebox', 'kinds of middleboxes', MIDDLEBOX_KINDS),
  presets: listOfTexts(
    'preset',
    'presets of clusters',
    () => namesOf(PRESETS).map((name) => ({ name, explanation: PRESETS[name].explanation })),
    ({ explanation }) => explanation,
  ),
  workloads: listOfMeanings('kind of workload', 'kinds of workloads', WORKLOAD_KINDS),
  techniques,
  vantages: listOfTexts(
    'vantage',
    'vantages of attackers',
    () => namesOf(VANTAGES).map((name) => ({ name, ...VANTAGES[name] })),
    ({ meaning }) => meaning,
  ),
  roles,
  outcomes: listOfMeanings('outcome', 'outcomes of attacks', OUTCOME_MEANINGS),
  marks: listOfTexts(
    'mark of an outcome',
    'marks beside outcomes, in tables and as `scope`',
    () => MARKS,
    ({ meaning }) => meaning,
  ),
  notices: listOfMeanings('level of notice', 'levels of notice', NOTICE_MEANINGS),
  policies: listOfTexts(
    'policy',
    'policies',
    () => namesOf(POLICIES).map((name) => ({ name, isDefault: name === DEFAULT_POLICY, ...POLICIES[name] })),
    ({ meaning, rules, isDefault }) => `${meaning} ${isDefault ? 'This is the default. ' : ''}(${rules.join('; ')})`,
  ),
  cpu,
  congestion: listOfTexts(
    'congestion control',
    'congestion controls',
    () => namesOf(CONGESTION_CONTROLS).map((name) => ({ name, description: CONGESTION_CONTROLS[name].description })),
    ({ description }) => description,
  ),
  flags: {
    meaning: 'flags of Kubernetes',
    noun: 'flag of Kubernetes',
    values: described,
    items: (columns?: number) =>
      described().map(({ program, name, description }) => ({
        name,
        text: `  ${program} ${name}\n${wrap(description, 4, columns)}`,
      })),
  },
  columns: listOfTexts(
    'column',
    'columns of tables, CSV files and reports',
    () => [...namesOf(COLUMNS).map((name) => ({ name, meaning: COLUMNS[name] })), ...METRIC_COLUMNS],
    ({ meaning }) => meaning,
  ),
  parts: listOfMeanings(
    'part of the time of requests',
    'parts of the time of requests, in `breakdownNs` and reports',
    BREAKDOWN_PARTS,
  ),
  outputs: listOfTexts(
    'output',
    'outputs for CI systems, by their options',
    () =>
      namesOf(OUTPUTS).map((name) => ({
        name: optionName(name),
        kind: OUTPUTS[name].kind,
        content: OUTPUTS[name].content,
      })),
    ({ kind, content }) => `${kind === 'file' ? 'A file: ' : 'In the log: '}${content}`,
  ),
  codes: listOfMeanings('code of a problem', 'codes of problems in scenarios', PROBLEM_CODES),
} satisfies Readonly<Record<string, List>>

function kindsWith(letter: string): readonly string[] {
  return MODELLED_PATH_KINDS.filter(({ letters: all }) => all.split(', ').includes(letter)).map(({ name }) => name)
}

function described(): { readonly program: string; readonly name: string; readonly description: string }[] {
  return Object.entries(PROGRAMS).flatMap(([program, registry]) =>
    flagsOf(registry).map(([, flag]) => ({ program, name: flag.name, description: describeFlag(flag) })),
  )
}
