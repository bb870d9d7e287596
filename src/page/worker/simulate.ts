import { PlaybackRecorder } from '../../packets/playback/playback-recorder.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import { type Run, runInTurns } from '../../simulation/run.ts'
import type { Desk } from './desk.ts'
import { viewRun } from './run-view.ts'

/** The limits of a playback, of a run of some ten million events: at 29 bytes a packet and 57 a message, 290 MB. */
const PLAYBACK_LIMITS = { packets: 6_000_000, messages: 2_000_000 }

/** The events of a run in a page; what needs more is for the command line. */
const MOST_EVENTS = 50_000_000

/** The time for which a run goes on before messages can come in, and between two reports of its progress. */
const TURN_MS = 10
const REPORT_MS = 250

/** Simulates a scenario until a newer question comes, and answers with what the page shows of the run. */
export async function simulate(loaded: LoadedScenario, desk: Desk): Promise<void> {
  const recorders: PlaybackRecorder[] = []
  const run = await runWithPauses(loaded, desk, recorders)
  if (run === null || desk.isStale()) return
  const playback = recorders[0].finish()
  const ran = viewRun(loaded, run.result, playback)
  const columns = [
    playback.packets,
    playback.messages,
    playback.messages.readings,
    ran.seen,
    ...Object.values(ran.read),
  ]
  desk.reply({ kind: 'ran', ran }, columns.flatMap(buffersOf))
}

function buffersOf(columns: object): readonly ArrayBuffer[] {
  return Object.values(columns).flatMap((column) => (ArrayBuffer.isView(column) ? [column.buffer as ArrayBuffer] : []))
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
  let [paused, reported] = [performance.now(), performance.now()]
  while (!desk.isStale()) {
    const turn = turns.next()
    if (turn.done === true) return turn.value
    if (performance.now() - paused < TURN_MS) continue
    await desk.pause()
    paused = performance.now()
    if (paused - reported < REPORT_MS) continue
    reported = paused
    desk.reply({ kind: 'progress', ...progress })
  }
  return null
}
