import { BINARY_NAMES } from '../programs/programs.ts'

/** A program with its first flag, in a line of `ps`, of /proc/PID/cmdline or of a journal. */
export const COMMAND = new RegExp(
  `(?:^|[\\s"'\`\\0/=])(${BINARY_NAMES.join('|')})(?:[\\s\\0]+(?:server|agent|controller|worker|apiserver))?[\\s\\0]+(?=--?[a-z])`,
)

/** The combined program of MicroK8s. It reads the flags of all other programs from files. */
export const KUBELITE = /\/snap\/microk8s\/\w+\/kubelite(?=[\s\0])/

/** The beginning of a journal line, with the machine and the unit. */
export const JOURNAL_LINE = /^(?:\w{3} +\d+ [\d:.]+|\d{4}-\d\d-\d\dT\S+) (\S+) ([\w@.-]+)\[\d+\]:/

/** The layout of a whole text. `columns`: it has the header of ps. `prose`: it has sentences. */
export type ProcessLayout = 'columns' | 'prose' | 'plain'

/** The header of ps, whose last column is the command. */
const HEADER = /^[ \t]*(?:[A-Z%]+[ \t]+)*(?:CMD|COMMAND|ARGS)[ \t]*\r?$/m

/** A line of prose: four words in a row, Markdown marks, or the end of a sentence. */
const PROSE = /(?:(?:^|\s)[("'`]?[A-Za-z][a-z'-]*[,;:)"'`]?(?=\s)){4}|^\s*(?:#+ |[*>-] |```|\|)|[a-z)`]\.\s*$/m

export function layoutOf(text: string): ProcessLayout {
  if (HEADER.test(text)) return 'columns'
  return PROSE.test(text) ? 'prose' : 'plain'
}

/** Words before a program that start it or belong to its process. */
const LAUNCHER =
  /^(?:exec|nice|sudo|env|time|ionice|taskset|tini|(?:ba|da|a)?sh|hyperkube|km|docker|nerdctl|\/.*|\w+=.*)$/

/** Data folders that have the name of a program. */
const FOLDER = /(?:^|[\s"'\0=])\/(?:etc|run|var\/(?:lib|log|run|backups))(?:\/(?:rancher|kubernetes))*\/[\w-]+$/

/**
 * Returns whether a line is from a process list or a journal: only columns of ps, `docker ps`, `systemctl status` or a
 * journal precede the program, or nothing. A sentence that names a program or its folder is not.
 */
export function isOfProcess(line: string, layout: ProcessLayout): boolean {
  if (/^\{.*"MESSAGE"/.test(line) || JOURNAL_LINE.test(line) || /\bmsg="(?:Running|Starting) /.test(line)) return true
  const found = COMMAND.exec(line) ?? KUBELITE.exec(line)
  if (found === null) return false
  const [program = found[0]] = found.slice(1)
  const end = line.indexOf(program, found.index) + program.length
  const before = line.slice(0, end)
  if (/\bgrep\b/.test(before) || FOLDER.test(before)) return false
  if (line.includes('\0')) return /^(?:\/|\w[\w.+-]*\0)/.test(line)
  // A line of `docker ps` begins with a container id, an image, and the command in quotes.
  if (/^[0-9a-f]{4,64}\s+\S+\s+"/.test(line)) return true
  const columns = columnsIn(before)
  if (columns === null) return false
  if (columns.hasTime || columns.isOfTree) return true
  const isBare = columns.count === 0
  return (isBare ? layout !== 'prose' : columns.hasNumber || layout === 'columns') && hasOnlyArguments(line.slice(end))
}

/** The columns before a command. */
interface Columns {
  readonly count: number
  readonly hasNumber: boolean
  /** True if one of them is a time, which indicates several columns of ps. */
  readonly hasTime: boolean
  /** True if tree lines precede the command, as `systemctl status` draws them. */
  readonly isOfTree: boolean
}

const NUMBER = /^\d+(?:\.\d+)?%?$/
const TIME = /^(?:\d+-)?\d+:\d\d(?::\d\d|\.\d+)?$/
/** A terminal, a state, or a day. */
const SHORT = /^(?:\?|-|pts\/\d+|tty\S*|[A-Z][A-Za-z<+]{0,4}|[A-Z][a-z]{2}\d\d|\d{4})$/
const USER = /^[a-z_][\w-]*\+?$/

/** Returns the columns before the command that ends in a program; null if there are other words. */
function columnsIn(before: string): Columns | null {
  const isOfTree = /[├└]─\s*\d+\s/.test(before)
  const words = before
    .replace(/[├└│─]+|\\_|(?<=\s)\|(?=\s)/g, ' ')
    .trim()
    .split(/\s+/)
    .slice(0, -1)
  let count = 0
  let users = 0
  for (const word of words) {
    if (LAUNCHER.test(word.replace(/^["']/, ''))) break
    if (!NUMBER.test(word) && !TIME.test(word) && !SHORT.test(word)) {
      if (!USER.test(word) || ++users > 2 || count > 2) return null
    }
    count++
  }
  const own = words.slice(0, count)
  const hasNumber = own.some((word) => NUMBER.test(word))
  return { count, hasNumber, hasTime: hasNumber && own.some((word) => TIME.test(word)), isOfTree }
}

/** Returns whether only flags with values, redirections, and words of the length of secrets follow. */
function hasOnlyArguments(rest: string): boolean {
  const words = rest.trim().split(/\s+/)
  return words.every((word, i) => {
    const before = words[i - 1] ?? ''
    const isValue = (/^-/.test(before) && !before.includes('=')) || /^\d?>+$/.test(before)
    return i === 0 || /^["']?-|^\d?[<>]|^["'&]+$/.test(word) || isValue || word.length > 80
  })
}
