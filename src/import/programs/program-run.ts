import type { Place } from '../origin.ts'
import { type ProgramName, programNamed } from './programs.ts'

/** A word of a command line, with its line in the file. */
export interface Word {
  readonly text: string
  readonly at: Place
}

/**
 * The kinds of records of a command line. Records of running programs come before configurations. `pod`: the pod from
 * the apiserver; `manifest`: the file of a static pod.
 */
export const RECORDS = ['process', 'journal', 'pod', 'manifest', 'unit', 'environment', 'configuration'] as const

export type RecordKind = (typeof RECORDS)[number]

/** Returns whether a record shows a running program, so that editing it would have no effect. */
export function isOfRunning(record: RecordKind | null): boolean {
  return record === 'process' || record === 'journal' || record === 'pod'
}

/** A program with its arguments, as recorded in a file. */
export interface ProgramRun {
  readonly program: ProgramName
  readonly record: RecordKind
  /** The words after the program name. */
  readonly words: readonly Word[]
  readonly at: Place
  /** The image of its container; null if it does not run in one. */
  readonly image: string | null
  /**
   * The `command` and `args` of its container, if it is the only container of a pod in kube-system; otherwise null.
   */
  readonly pod: readonly string[] | null
  /**
   * The pod, as `namespace/name`, if the file is a manifest that a kubelet could start as a static pod; otherwise null.
   */
  readonly staticPod: string | null
  /** True if another file on the machine could be the one in effect. Then the weaker value of each flag counts. */
  readonly isRival: boolean
  /** The machine or cluster that the record itself names, such as the host name in a journal; null for none. */
  readonly machine: string | null
  /** The role of the machines that it applies to, if no folder names a machine; null for all. */
  readonly role: MachineRole | null
  /** True if it patches a complete configuration that was also imported, and so overrides it. */
  readonly isPatch: boolean
}

/** The roles of machines that an installer configures separately. */
export type MachineRole = 'control-plane' | 'worker'

/** Programs that start another program and have options of their own. */
const LAUNCHERS = ['hyperkube', 'km', 'go-runner', 'watch-termination']

/**
 * Finds a program in the words of a command: the first word that names one, after launchers such as go-runner and
 * hyperkube. Returns null if there is none.
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
