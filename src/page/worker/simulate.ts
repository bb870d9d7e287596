import { PlaybackRecorder } from '../../packets/playback/playback-recorder.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import { type Run, runInTurns } from '../../simulation/run.ts'
import type { Desk } from './desk.ts'
import { buffersOf, viewRun } from './run-view.ts'

/** The limits of a playback, of a run of some ten million events: at 29 bytes a packet and 57 a message, 290 MB. */
export const PLAYBACK_LIMITS = { packets: 6_000_000, messages: 2_000_000 }

/** The events of a run in a page; what needs more is for the command line. */
export const MOST_EVENTS = 50_000_000

/** The time for which a run goes on before messages can come in, and between two reports of its progress. */
const TURN_MS = 10
const REPORT_MS = 250

/** Simulates a scenario until a newer question comes, and answers with what the page shows of the run. */
export async function simulate(loaded: LoadedScenario, desk: Desk): Promise<void> {
  const recorders: PlaybackRecorder[] = []
  const run = await runWithPauses(loaded, desk, recorders)
  if (run === null || desk.isStale()) return
  const ran = viewRun(loaded, run.result, recorders[0].finish())
  desk.reply({ kind: 'ran', ran }, buffersOf(ran))
}

/** Simulates in turns. Null when a newer question has come. */
async function runWithPauses(
  { scenario }: LoadedScenario,
  desk: Desk,
  recorders: PlaybackRecorder[],
): Promise<Run | null> {
  let progress = { simulatedNs: 0, events: 0 }
  const turns = runInTurns(scenario, {
    maxEvents: MOST_EVENTS,
    shouldStop: () => desk.isStale(),
    onProgress: (simulatedNs, events) => {
      progress = { simulatedNs, events }
    },
    observe: (simulation) => recorders.push(new PlaybackRecorder(simulation, PLAYBACK_LIMITS)),
  })
  return takeTurns(turns, desk, () => progress)
}

/** Takes turns until the last, and reports the progress. Null when a newer question has come. */
export async function takeTurns<Value>(
  turns: Generator<undefined, Value>,
  desk: Desk,
  progressNow: () => { readonly simulatedNs: number; readonly events: number },
): Promise<Value | null> {
  let [paused, reported] = [performance.now(), performance.now()]
  while (!desk.isStale()) {
    const turn = turns.next()
    if (turn.done === true) return turn.value
    if (performance.now() - paused < TURN_MS) continue
    await desk.pause()
    paused = performance.now()
    if (paused - reported < REPORT_MS) continue
    reported = paused
    desk.reply({ kind: 'progress', ...progressNow() })
  }
  return null
}
