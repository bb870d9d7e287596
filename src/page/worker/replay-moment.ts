import { PlaybackRecorder } from '../../packets/playback/playback-recorder.ts'
import { observeInTurns } from '../../simulation/run.ts'
import type { ScenarioText } from '../protocol.ts'
import { type Desk, read } from './desk.ts'
import { buffersOf, viewPlayback } from './run-view.ts'
import { MOST_EVENTS, PLAYBACK_LIMITS, takeTurns } from './simulate.ts'

/** The part of a run before a moment that is kept with it, so that steps backwards need no other run. */
const BEFORE_SHARE = 0.02

/** Simulates a long run again, exactly, and answers with the packets and messages around a moment. */
export async function replayMoment(question: ScenarioText & { readonly atNs: number }, desk: Desk): Promise<void> {
  const known = read(question, desk)
  if (known === null) return
  const fromNs = Math.floor(question.atNs * (1 - BEFORE_SHARE))
  const recorders: PlaybackRecorder[] = []
  let progress = { simulatedNs: 0, events: 0 }
  const turns = observeInTurns(known.loaded.scenario, {
    maxEvents: MOST_EVENTS,
    shouldStop: () => desk.isStale() || recorders[0]?.isFull === true,
    onProgress: (simulatedNs, events) => {
      progress = { simulatedNs, events }
    },
    observe: (simulation) => recorders.push(new PlaybackRecorder(simulation, { ...PLAYBACK_LIMITS, fromNs })),
  })
  await takeTurns(turns, desk, () => progress)
  if (desk.isStale()) return
  const played = viewPlayback(known.loaded, recorders[0].finish())
  desk.reply({ kind: 'moment', played }, buffersOf(played))
}
