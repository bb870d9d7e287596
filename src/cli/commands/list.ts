import { UsageError } from '../../disk/usage-error.ts'
import { isNameOf, namesOf } from '../../engine/registry.ts'
import { jsonDocument } from '../../report/json.ts'
import { withPlaceOfPages } from '../../report/page-address.ts'
import { fittedText } from '../../report/screen/lines.ts'
import { groupsOf, listColumns, textOfList } from '../../report/words/list.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { LISTS } from '../lists.ts'
import { flag } from '../options/option.ts'
import { screenOf } from '../screen.ts'
import type { Command } from './command.ts'

const OPTIONS = { json: flag('print the lists as a JSON document') }

const NAMES = namesOf(LISTS)

const GROUPS = groupsOf(LISTS)

const INDEX = NAMES.map((name) => `  ${name.padEnd(12)}${LISTS[name].meaning}`).join('\n')

const GROUP_TEXTS = [...GROUPS].map(([group, names]) => `${group} (${names.join(' and ')})`)

export const list: Command<readonly [what: string | undefined], typeof OPTIONS> = {
  arguments: [
    {
      syntax: '[what]',
      meaning: `a list, or ${GROUP_TEXTS.join(', ')}; without it, an index and all lists are printed`,
    },
  ],
  options: OPTIONS,
  notes: `\nLists:\n${INDEX}\n\nExamples:\n  onpath list presets\n  onpath list | less`,
  async run([what], { json }, { io }) {
    const names = what === undefined ? NAMES : namesFor(what)
    if (json) io.out(jsonDocument(Object.fromEntries(names.map((name) => [name, LISTS[name].values()]))))
    else {
      const screen = await screenOf(io)
      const columns = listColumns(screen)
      const index = what === undefined ? [`\`onpath list NAME\` prints one of these lists:\n\n${INDEX}\n`] : []
      const texts = names.map((name) => `${name}\n\n${textOfList(LISTS[name], columns)}`)
      io.out(fittedText(withPlaceOfPages([...index, ...texts].join('\n')), screen))
    }
  },
}

function namesFor(what: string): readonly (keyof typeof LISTS)[] {
  if (isNameOf(LISTS, what)) return [what]
  const names = GROUPS.get(what)
  if (names !== undefined) return names
  const all = [...NAMES, ...GROUPS.keys()]
  throw new UsageError(`there is no list ${what}; ${didYouMean(what, all) ?? `the lists are ${all.join(', ')}`}`)
}
