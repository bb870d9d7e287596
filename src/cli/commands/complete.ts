import { completionsOf } from '../completion/completions.ts'
import type { Command } from './command.ts'

/** Prints the possible completions of a command line, for the scripts of `onpath completion`. */
export const complete: Command<readonly [words: readonly string[]], Record<never, never>> = {
  arguments: [{ syntax: '[words...]', meaning: 'the command line so far; the last word is completed' }],
  options: {},
  async run([line], _, { commands, io }) {
    const { words, areFiles } = await completionsOf(line, commands)
    io.out(words.map(({ word, meaning }) => `${word}\t${meaning}\n`).join('') + (areFiles ? ':files\n' : ''))
  },
}
