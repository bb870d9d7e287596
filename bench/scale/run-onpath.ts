import { spawn } from 'node:child_process'

/** Runs the command line as it was built, and returns the seconds that it took. */
export async function secondsOf(words: readonly string[]): Promise<number> {
  const begin = performance.now()
  const child = spawn(process.execPath, ['bin/onpath.js', ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  let problem = ''
  child.stderr.on('data', (text) => {
    problem += String(text)
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error(`onpath ${words.join(' ')} ended with ${code}: ${problem}`)
  return (performance.now() - begin) / 1_000
}
