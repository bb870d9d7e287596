import { type LoadedScenario, loadScenario } from '../../scenario/load.ts'
import type { Answer, ScenarioText } from '../protocol.ts'
import { editText } from './edit-text.ts'

/** An answer without the number of its question. */
export type Reply = Answer extends infer One ? (One extends Answer ? Omit<One, 'id'> : never) : never

/** The place at which a question is answered. */
export interface Desk {
  reply(answer: Reply, transfer?: readonly ArrayBuffer[]): void
  /** Returns whether a newer question has come, so that nobody waits for this answer. */
  isStale(): boolean
  /** Lets messages come in. */
  pause(): Promise<void>
}

/** A scenario that has been read, with its text after the changes of a hand. */
export interface ReadScenario {
  readonly loaded: LoadedScenario
  readonly text: string
}

/** Makes the changes of a hand in a scenario, and reads it. Null where it has problems, which then are the answer. */
export function read({ file, text, edits }: ScenarioText, desk: Desk): ReadScenario | null {
  const edited = editText(text, edits)
  if (edits.length > 0) desk.reply({ kind: 'text', text: edited })
  const loaded = loadScenario({ file, text: edited })
  if (loaded.ok) return { loaded, text: edited }
  desk.reply({ kind: 'problems', problems: loaded.problems })
  return null
}
