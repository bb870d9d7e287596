import type { ScenarioText } from '../protocol.ts'
import { type Desk, read } from './desk.ts'
import { viewLoaded } from './load-view.ts'

/** Reads a scenario, answers with what can be shown at once, and simulates it until a newer question comes. */
export async function runScenario(question: ScenarioText, desk: Desk): Promise<void> {
  const known = read(question, desk)
  if (known === null) return
  desk.reply({ kind: 'loaded', loaded: viewLoaded(known.loaded) })
  const { viewControls } = await import('./controls.ts')
  desk.reply({ kind: 'controls', controls: viewControls(known.loaded, known.text) })
  await desk.pause()
  if (desk.isStale()) return
  const { simulate } = await import('./simulate.ts')
  await simulate(known.loaded, desk)
}
