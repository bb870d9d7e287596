import type { Question } from '../protocol.ts'
import type { Desk } from './desk.ts'

/** The worker of the page: it answers questions, and drops what it does for an older one when a newer one comes. */
const { port1, port2 } = new MessageChannel()
const waiting: (() => void)[] = []
let newest = 0

port1.onmessage = () => waiting.shift()?.()

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  newest = data.id
  void answer(data)
})

async function answer(question: Question): Promise<void> {
  const { id } = question
  const desk: Desk = {
    reply: (reply, transfer = []) => postMessage({ ...reply, id }, { transfer: [...transfer] }),
    isStale: () => newest !== id,
    pause: nextTurn,
  }
  try {
    // Of several that wait, only the newest is answered.
    await nextTurn()
    const task = TASKS[question.kind] as (asked: Question, at: Desk) => Promise<void>
    if (!desk.isStale()) await task(question, desk)
  } catch (error) {
    if (!desk.isStale()) desk.reply({ kind: 'failed', message: failureText(error, question) })
  }
}

type Task<Kind extends Question['kind']> = (
  question: Extract<Question, { readonly kind: Kind }>,
  desk: Desk,
) => Promise<void>

/** The answer to each kind of question, with its code, which is loaded when it is first needed. */
const TASKS: { readonly [Kind in Question['kind']]: Task<Kind> } = {
  run: async (question, desk) => (await import('./run-scenario.ts')).runScenario(question, desk),
  attacks: async (question, desk) => (await import('./find-attacks.ts')).findAttacks(question, desk),
  harden: async (question, desk) => (await import('./harden.ts')).harden(question, desk),
  matrix: async (question, desk) => (await import('./show-matrix.ts')).showMatrix(question, desk),
  file: async (question, desk) => (await import('./write-file.ts')).writeFile(question, desk),
  expand: async (question, desk) => (await import('./expand.ts')).expand(question, desk),
  packet: async (question, desk) => (await import('./dissect.ts')).dissect(question, desk),
  charts: async (question, desk) => (await import('./chart-series.ts')).chartSeries(question, desk),
  moment: async (question, desk) => (await import('./replay-moment.ts')).replayMoment(question, desk),
  import: async ({ files }, desk) => (await import('./cluster.ts')).importFiles(files, desk),
  check: async ({ today }, desk) => (await import('./cluster.ts')).checkCluster(today, desk),
  fix: async (_, desk) => (await import('./cluster.ts')).fixCluster(desk),
  part: async ({ steps }, desk) => (await import('./cluster.ts')).tryPart(steps, desk),
  rest: async () => {},
}

postMessage({ id: 0, kind: 'ready' })

/** Lets messages come in before it goes on. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    port2.postMessage(null)
  })
}

function failureText(error: unknown, question: Question): string {
  // By its name: the class comes with the simulator, which is loaded when it is used.
  if (error instanceof Error && error.name === 'BudgetExceeded' && 'file' in question)
    return `This scenario is too large for the page. Save it, and run it with: npx onpath run ${question.file}`
  return error instanceof Error ? error.message : String(error)
}
