import type { Evidence } from '../evidence.ts'
import type { Excerpt } from '../excerpt.ts'
import { written } from '../origin.ts'
import { programNamed } from '../programs/programs.ts'
import type { TextReader } from '../reader.ts'
import { COMMAND, isOfProcess, JOURNAL_LINE, KUBELITE, layoutOf, type ProcessLayout } from './process-line.ts'

/** The image of RKE's programs in a line of `docker ps`. */
const RKE_IMAGE = /\brancher\/hyperkube:(v1\.\d+\.\d+\S*)/

export const processListReader: TextReader = {
  reads: 'process lists (ps, /proc/PID/cmdline) and journals of k3s, RKE2 and k0s ("Running kube-apiserver ...")',
  recognizes: ({ text }) => {
    if (!hasCommand(text)) return false
    const layout = layoutOf(text)
    return text.split('\n').some((line) => hasCommand(line) && isOfProcess(line, layout))
  },
  read(text, evidence) {
    const layout = layoutOf(text.text)
    let isFound = false
    let start = 0
    for (const line of text.text.split('\n')) {
      isFound = readLine(line, { text, start, layout }, evidence) || isFound
      start += line.length + 1
    }
    return isFound
  },
}

/** Returns whether a text has a word that can be a program of Kubernetes, followed by a flag. */
export function hasCommand(text: string): boolean {
  return COMMAND.test(text) || KUBELITE.test(text)
}

/** The first log line of k3s and RKE2. */
const STARTED = /\bmsg="Starting (?:k3s|rke2) (v1\.\d+\.\d+\S*)/

/** Converts a line of `journalctl -o json` to the default format of `journalctl`. */
function plainLine(line: string): string {
  try {
    const entry: unknown = JSON.parse(line)
    if (typeof entry !== 'object' || entry === null) return ''
    const values = new Map<string, unknown>(Object.entries(entry))
    const textOf = (key: string) => String(values.get(key) ?? '-').replace(/\s/g, ' ')
    const unit = textOf('_SYSTEMD_UNIT').replace(/\.service$/, '')
    return `Jan 1 00:00:00 ${textOf('_HOSTNAME')} ${unit}[0]: ${textOf('MESSAGE')}`
  } catch (error) {
    if (error instanceof SyntaxError) return ''
    throw error
  }
}

/** The longest line that is read. A kernel shows no longer command line. */
const LONGEST_LINE = 1 << 18

/** Returns a command line up to its closing quote, if `docker ps` put it in quotes. */
function withinQuotes(line: string, start: number, rest: string): string {
  const isQuoted = /\s"(?:\/\S*\s+)*$/.test(line.slice(0, start + 1))
  const end = isQuoted ? /"(?=\s|$)/.exec(rest) : null
  return end === null ? rest : rest.slice(0, end.index)
}

/** A line of a text, with the offset at which it begins. */
interface PlaceInText {
  readonly text: Excerpt
  readonly start: number
  readonly layout: ProcessLayout
}

function readLine(raw: string, { text, start, layout }: PlaceInText, evidence: Evidence): boolean {
  if (raw.length > LONGEST_LINE) return false
  const line = /^\{.*"MESSAGE"/.test(raw) ? plainLine(raw) : raw
  const started = STARTED.exec(line)
  if (started !== null)
    evidence.versions.push(written(started[1], { file: text.file, line: text.positionOf(start).line }))
  const image = RKE_IMAGE.exec(line)
  if (image !== null) evidence.versions.push(written(image[1], { file: text.file, line: text.positionOf(start).line }))
  if (KUBELITE.test(line) && isOfProcess(raw, layout)) {
    evidence.distributions.push(written('microk8s', { file: text.file, line: text.positionOf(start).line }))
    return true
  }
  const found = COMMAND.exec(line)
  if (found === null || !isOfProcess(raw, layout)) return started !== null
  const at = { file: text.file, line: text.positionOf(start).line }
  const journal = JOURNAL_LINE.exec(line)
  const rest = withinQuotes(line, found.index, line.slice(found.index + found[0].length))
  if (/…["']?\s*$|…["'](?=\s)/.test(rest)) {
    evidence.note({
      kind: 'unread',
      at,
      cause: 'unread-file',
      message: `a command line of ${found[1]} that is cut off`,
      consequence: 'print it whole: `ps -efww`, `docker ps --no-trunc`, `systemctl status -l`',
    })
    return true
  }
  const words = rest.split(/[\s\0]+/).flatMap((word) => {
    const plain = word.replace(/^\\?["']|\\?["']$/g, '').replaceAll('\\"', '"')
    return plain === '' ? [] : [{ text: plain, at }]
  })
  const unit = journal?.[2] ?? ''
  if (/^(k3s|rke2)/.test(unit)) evidence.distributions.push(written(unit.startsWith('k3s') ? 'k3s' : 'rke2', at))
  const isSpoken = journal !== null || /\bmsg="Running /.test(line)
  const program = programNamed(found[1], true)
  if (program === null) return false
  evidence.addRun({ program, words, at, machine: journal?.[1] ?? null }, isSpoken ? 'journal' : 'process')
  return true
}
