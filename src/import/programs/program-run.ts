import type { Place } from '../origin.ts'
import { type ProgramName, programNamed } from './programs.ts'

/** A word of a command line, with the line that has it. */
export interface Word {
  readonly text: string
  readonly at: Place
}

/**
 * The kinds of records of a command line; those that show what runs stand before those that say what should. `pod`: the
 * pod as the apiserver has it, `manifest`: the file of a static pod.
 */
export const RECORDS = ['process', 'journal', 'pod', 'manifest', 'unit', 'environment', 'configuration'] as const

export type RecordKind = (typeof RECORDS)[number]

/** Returns whether a record shows what runs, so that changing it would change nothing. */
export function isOfRunning(record: RecordKind | null): boolean {
  return record === 'process' || record === 'journal' || record === 'pod'
}

/** A program with its arguments, as a file records it. */
export interface ProgramRun {
  readonly program: ProgramName
  readonly record: RecordKind
  /** The words after the name of the program. */
  readonly words: readonly Word[]
  readonly at: Place
  /** The image of its container; null if it runs in none. */
  readonly image: string | null
  /** `command` and `args` of its container, where it is the only one of a pod in kube-system; null elsewhere. */
  readonly pod: readonly string[] | null
  /** The pod, as `namespace/name`, where a kubelet that finds the file in its folder of static pods starts it; else null. */
  readonly staticPod: string | null
  /** True if another file of the machine could be the one that runs, so that the weaker value of each flag counts. */
  readonly isRival: boolean
  /**
   * The machine or cluster of the record by its own statement, such as the host name in a journal; null if it has none.
   */
  readonly machine: string | null
  /** The kind of machines to which it belongs where no folder names one; null for all. */
  readonly role: MachineRole | null
  /** True if it changes a whole configuration that is given too, and so holds over it. */
  readonly isPatch: boolean
}

/** The kinds of machines that an installer configures apart from each other. */
export type MachineRole = 'control-plane' | 'worker'

/** Programs that start another one and have options of their own. */
const LAUNCHERS = ['hyperkube', 'km', 'go-runner', 'watch-termination']

/**
 * Finds a program in the words of a command: the first word that names one, after launchers such as go-runner and
 * hyperkube. Returns null when there is none.
 */
export function findProgram(words: readonly Word[]): { program: ProgramName; words: readonly Word[] } | null {
  let isLaunched = false
  for (const [index, { text }] of words.entries()) {
    const program = programNamed(text, isLaunched)
    if (program !== null) return { program, words: words.slice(index + 1) }
    if (LAUNCHERS.includes(text.slice(text.lastIndexOf('/') + 1))) isLaunched = true
    else if (!/^-|^(exec|nice|sudo|env|time|ionice|taskset|\/.*|\w+=.*|[\d,-]+)$/.test(text)) return null
  }
  return null
}
