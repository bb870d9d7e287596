import { completionTree } from '../completion/completion-tree.ts'
import type { Command } from './command.ts'

/** Prints what can stand at the end of a command line, for the scripts of `onpath completion`. */
export const complete: Command<readonly [words: readonly string[]], Record<never, never>> = {
  arguments: [{ syntax: '[words...]', meaning: 'the command line so far; the last word is completed' }],
  options: {},
  async run([words], _, context) {
    const tree = await completionTree(words[words.length - 1] ?? '', context)
    tree.parse([...words])
  },
}
