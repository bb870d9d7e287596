import type { Sourced } from '../origin.ts'
import type { Word } from './program-run.ts'
import { shellCommands } from './shell-words.ts'

/** The character that replaces line ends inside a command of a unit. */
export const LINE_MARK = '\v'

/**
 * Splits a command line of a unit and replaces its variables. Each word has its own line, or the line of its variable.
 */
export function unitWords(command: Sourced<string>, variables: ReadonlyMap<string, Sourced<string>>): Word[] {
  const { value, origin } = command
  const { file, line } = origin.kind === 'written' ? origin.at : { file: '', line: 0 }
  return shellCommands(value).flatMap((words) =>
    words.flatMap(({ text, offset }) => {
      const name = /^\$\{?(\w+)\}?$/.exec(text)?.[1]
      const variable = name === undefined ? undefined : variables.get(name)
      if (variable !== undefined) return unitWords(variable, new Map())
      const marks = value.slice(0, offset).split(LINE_MARK).length - 1
      return name === undefined ? [{ text, at: { file, line: line + marks } }] : []
    }),
  )
}

/** Removes the prefix characters of a program in ExecStart= (systemd.service(5)). */
export function withoutPrefix(command: Sourced<string>): Sourced<string> {
  return { ...command, value: command.value.replace(/^[@:+!-]+/, '') }
}
