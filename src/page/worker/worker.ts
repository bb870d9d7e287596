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
    if (!desk.isStale()) await answerNow(question, desk)
  } catch (error) {
    if (!desk.isStale()) desk.reply({ kind: 'failed', message: failureText(error, question) })
  }
}

/** Answers a question, with the code for it, which is loaded when it is first needed. */
async function answerNow(question: Question, desk: Desk): Promise<void> {
  switch (question.kind) {
    case 'run':
      return (await import('./run-scenario.ts')).runScenario(question, desk)
    case 'attacks':
      return (await import('./find-attacks.ts')).findAttacks(question, desk)
    case 'harden':
      return (await import('./harden.ts')).harden(question, desk)
    case 'matrix':
      return (await import('./show-matrix.ts')).showMatrix(question, desk)
    case 'capture':
      return (await import('./write-capture.ts')).writeCapture(question, desk)
    case 'expand':
      return (await import('./expand.ts')).expand(question, desk)
    case 'packet':
      return (await import('./dissect.ts')).dissect(question, desk)
    case 'charts':
      return (await import('./chart-series.ts')).chartSeries(question, desk)
    case 'import':
      return (await import('./cluster.ts')).importFiles(question.files, desk)
    case 'check':
      return (await import('./cluster.ts')).checkCluster(question.today, desk)
    case 'fix':
      return (await import('./cluster.ts')).fixCluster(desk)
    case 'part':
      return (await import('./cluster.ts')).tryPart(question.steps, desk)
    case 'rest':
      return
  }
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
