import { UsageError } from '../../disk/usage-error.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { budgetText } from '../budget-text.ts'
import type { Context } from '../context.ts'

/**
 * Runs a command again whenever one of its files changes, until the user interrupts it.
 * @param runOnce runs the command, and returns the files that it has read
 * @param known the files to watch where it could not read them
 */
export async function runAgain(
  runOnce: () => Promise<readonly string[]>,
  known: readonly string[],
  { io, files, exit }: Context,
): Promise<void> {
  if (known.includes('-')) throw new UsageError('--watch needs files; standard input does not change')
  const interruption = io.listenForInterruption()
  let inputs = known
  while (!interruption.aborted) {
    const round = new AbortController()
    const end = AbortSignal.any([interruption, round.signal])
    // A file can be saved while the command runs.
    const meanwhile = nextChange(inputs, end, files.watch)
    inputs = await runOnce().catch((error) => {
      if (error instanceof BudgetExceeded) io.err(`onpath: ${budgetText(error)}\n`)
      else if (error instanceof UsageError) io.err(`onpath: ${error.message}\n`)
      else throw error
      return known
    })
    inputs = [...new Set([...known, ...inputs])]
    if (!interruption.aborted) io.err(`\nwatching ${visible(inputs.join(', '))}; Ctrl-C ends it\n`)
    await Promise.race([meanwhile, nextChange(inputs, end, files.watch)])
    round.abort()
  }
  exit(interruption.reason)
}

/** Runs a command that reads only the files that it names: once, or again whenever one of them changes. */
export async function onceOrAgain(
  runOnce: () => Promise<void>,
  files: readonly string[],
  { watch = false, attack = [] }: { readonly watch?: boolean; readonly attack?: readonly string[] },
  context: Context,
): Promise<void> {
  if (!watch) return runOnce()
  const known = [...files, ...attack.filter((name) => /\.ya?ml$/.test(name))]
  await runAgain(
    async () => {
      await runOnce()
      return known
    },
    known,
    context,
  )
}

/** Waits until a file changes, or the signal is aborted. */
function nextChange(paths: readonly string[], end: AbortSignal, watch: Context['files']['watch']): Promise<void> {
  if (end.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = watch(paths, () => resolve())
    end.addEventListener(
      'abort',
      () => {
        stop()
        resolve()
      },
      { once: true },
    )
  })
}
