import { expect, onTestFinished, test, vi } from 'vitest'
import { ShortRun } from '../../src/cli/simulation/short-runs.ts'

/** Returns the flags that V8 is given while `act` happens to a run. */
function flagsOf(act: (run: ShortRun) => void): readonly string[] {
  const flags: string[] = []
  const asking = vi
    .spyOn(process, 'getBuiltinModule')
    .mockReturnValue({ setFlagsFromString: (flag: string) => flags.push(flag) })
  onTestFinished(() => asking.mockRestore())
  act(new ShortRun())
  return flags
}

function afterTurns(turns: number, run: ShortRun): void {
  for (let turn = 0; turn < turns; turn++) run.onTurn()
}

const SHORT = ['--no-opt', '--no-incremental-marking']
const USUAL = ['--opt', '--incremental-marking']

test('V8 optimizes no code during the first two turns of a run', () => {
  expect(flagsOf((run) => afterTurns(1, run))).toEqual(SHORT)
  expect(flagsOf((run) => afterTurns(2, run))).toEqual([...SHORT, ...USUAL])
})

test('V8 works as usual once a run has ended, whether it was long or not', () => {
  expect(flagsOf((run) => run.end())).toEqual([...SHORT, ...USUAL])
  const long = flagsOf((run) => {
    afterTurns(5, run)
    run.end()
  })
  expect(long).toEqual([...SHORT, ...USUAL])
})
