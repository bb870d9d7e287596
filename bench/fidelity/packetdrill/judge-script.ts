import { otherKernel } from './other-kernels.ts'
import { parseScript } from './parse.ts'
import { playScript } from './play.ts'
import { ScriptError } from './scanner.ts'
import { featureOutOfScope } from './scope.ts'

export interface Verdict {
  readonly outcome: 'passed' | 'failed' | 'out of scope' | 'written for another kernel'
  /** The line of the script at which it failed; null where it did not. */
  readonly line: number | null
  /** Why it failed; or the feature that is out of scope, or the commit that changed the kernel. */
  readonly reason: string
}

/** Plays a script, if it is in scope. `readFile` returns a file beside it. */
export function judgeScript(name: string, text: string, readFile: (path: string) => string | null): Verdict {
  const feature = featureOutOfScope(name, text)
  if (feature !== null) return { outcome: 'out of scope', line: null, reason: feature }
  const verdict = play(text, readFile)
  const kernel = otherKernel(name, text)
  if (kernel === null) return verdict
  return verdict.outcome === 'passed'
    ? { outcome: 'failed', line: null, reason: `passes, though it is listed as written ${kernel}` }
    : { outcome: 'written for another kernel', line: null, reason: kernel }
}

function play(text: string, readFile: (path: string) => string | null): Verdict {
  try {
    const failure = playScript(parseScript(text), readFile)
    return failure === null ? { outcome: 'passed', line: null, reason: '' } : { outcome: 'failed', ...failure }
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error
    return { outcome: 'failed', line: error.line, reason: `cannot be expressed: ${error.message}` }
  }
}
