import { configText } from '../../scenario/print/config-text.ts'
import type { ScenarioText } from '../protocol.ts'
import { type Desk, read } from './desk.ts'

/** Answers with the scenario in which every default is written out, each value with its origin. */
export function expand(question: ScenarioText, desk: Desk): void {
  const known = read(question, desk)
  if (known !== null) desk.reply({ kind: 'expanded', text: configText(known.loaded) })
}
