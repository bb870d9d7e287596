import { explainAttack, shippedAttacks } from '../disk/read-attacks.ts'
import { namesOf } from '../engine/registry.ts'
import { type List, listOfTexts } from '../report/words/list.ts'
import { wrap } from '../report/words/wrap.ts'
import { WORDS } from '../report/words.ts'
import { EXIT, EXIT_MEANINGS } from './exit-code.ts'

const { paths, letters, links, middleboxes, presets, workloads, ...others } = WORDS

/** The lists that `onpath list` prints, in this order. */
export const LISTS = {
  paths,
  letters,
  links,
  middleboxes,
  presets,
  workloads,
  attacks: {
    meaning: 'attacks',
    noun: 'attack',
    values: () => shippedAttacks().map(explainAttack),
    items: (columns?: number) =>
      shippedAttacks()
        .map(explainAttack)
        .map(({ name, explanation, command }) => ({
          name,
          text: `  ${name}\n${wrap(explanation, 4, columns)}    ${command}\n`,
        })),
  },
  ...others,
  exits: listOfTexts(
    'exit code',
    'exit codes',
    () => namesOf(EXIT).map((key) => ({ name: String(EXIT[key]), meaning: EXIT_MEANINGS[key] })),
    ({ meaning }) => meaning,
  ),
} satisfies Readonly<Record<string, List>>
