import { RootCommand } from '@bomb.sh/tab'
import { TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { namesOf } from '../../engine/registry.ts'
import { POLICIES } from '../../measure/policies.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import { PRESETS } from '../../scenario/cluster/presets/presets.ts'
import type { Context, KnownCommand } from '../context.ts'
import type { Files } from '../files/files.ts'
import { shippedAttacks } from '../input/read-attacks.ts'
import { LISTS } from '../lists.ts'
import { optionName } from '../options/option.ts'
import { filesFor } from './files-for.ts'

/** The values of options that are names, by the key of the option. */
const VALUES: Readonly<Record<string, () => readonly string[]>> = {
  attack: shippedAttacks,
  policy: () => Object.keys(POLICIES),
  vantage: () => namesOf(VANTAGES),
  technique: () => namesOf(TECHNIQUES),
  preset: () => Object.keys(PRESETS),
  network: () => namesOf(LINK_PROFILES),
}

/** The values of arguments that are names, by the command. Other arguments are files. */
const ARGUMENTS: Readonly<Record<string, () => readonly string[]>> = {
  list: () => namesOf(LISTS),
  explain: () => namesOf(LISTS).flatMap((list) => LISTS[list].items().map(({ name }) => name)),
  completion: () => ['bash', 'zsh', 'fish'],
}

/** Returns everything that a command line can have; `word` is the one that is completed. */
export async function completionTree(word: string, { commands, files }: Context): Promise<RootCommand> {
  const tree = new RootCommand()
  for (const [name, { summary, load, isHidden }] of Object.entries(commands)) {
    if (isHidden !== true) addCommand(name, summary, await load(), tree, word, files)
  }
  return tree
}

function addCommand(
  name: string,
  summary: string,
  { options, arguments: taken }: Awaited<ReturnType<KnownCommand['load']>>,
  tree: RootCommand,
  word: string,
  files: Files,
): void {
  const command = tree.command(name, summary)
  for (const [key, { meaning, argument }] of Object.entries(options)) {
    const written = optionName(key)
    if (argument === null) command.option(written, meaning)
    else {
      const values = () => VALUES[key]?.() ?? filesFor(word, files)
      command.option(written, meaning, (add) => addAll(values(), add))
    }
  }
  for (const { syntax } of taken) {
    const values = () => ARGUMENTS[name]?.() ?? filesFor(word, files)
    command.argument(syntax, (add) => addAll(values(), add), syntax.includes('...'))
  }
}

function addAll(values: readonly string[], add: (value: string, description: string) => void): void {
  for (const value of values) add(value, '')
}
