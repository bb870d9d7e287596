import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Runs a command to its end and returns its output. When it fails, it throws with the error output. */
export function runChecked(command: string, words: readonly string[], timeoutMs = 60_000): string {
  try {
    return execFileSync(command, words, { encoding: 'utf8', timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { stderr, code } = error as { stderr?: string; code?: string }
    const said = stderr?.trim() || (code === 'ETIMEDOUT' ? `took longer than ${timeoutMs / 1000} s` : String(error))
    throw new Error(`${command} ${words.join(' ')}: ${said}`)
  }
}

/** The processes that the lab has started, so that it can end all of them. */
export class Processes {
  private readonly running = new Set<ChildProcess>()

  /** Starts a process that keeps running, and waits until it prints `ready`. */
  async start(command: string, words: readonly string[]): Promise<ChildProcess> {
    const child = this.track(spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] }))
    await new Promise<void>((resolve, reject) => {
      const lines = createInterface({ input: child.stdout! })
      child.stderr!.resume()
      lines.once('line', (line) => (line === 'ready' ? resolve() : reject(new Error(`${command}: ${line}`))))
      child.once('exit', (code) => reject(new Error(`${command} ended with ${code}: ${words.join(' ')}`)))
      child.once('error', reject)
    })
    return child
  }

  /** Starts a process that keeps running and does not report when it is ready. */
  launch(command: string, words: readonly string[]): ChildProcess {
    return this.track(spawn(command, words, { stdio: 'ignore' }))
  }

  /** Runs a command to its end without blocking signals, and returns the lines of its output. */
  async lines(command: string, words: readonly string[], timeoutMs: number): Promise<string[]> {
    const child = this.track(spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] }))
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    const [out, err]: [string[], string[]] = [[], []]
    child.stdout!.setEncoding('utf8').on('data', (text: string) => out.push(text))
    child.stderr!.setEncoding('utf8').on('data', (text: string) => err.push(text))
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('close', resolve)
      child.once('error', reject)
    }).finally(() => clearTimeout(timer))
    if (code === null) throw new Error(`took longer than ${Math.round(timeoutMs / 1000)} s`)
    if (code !== 0) throw new Error(complaintOf(err.join('')) ?? `ended with ${code}`)
    return out.join('').trim().split('\n')
  }

  async stop(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 2_000)
    await ended
    clearTimeout(timer)
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.running].map((child) => this.stop(child)))
  }

  /** Kills all processes without waiting, before this process exits. */
  killAll(): void {
    for (const child of this.running) child.kill('SIGKILL')
  }

  private track(child: ChildProcess): ChildProcess {
    this.running.add(child)
    child.once('exit', () => this.running.delete(child))
    return child
  }
}

/** Returns the line in the output of a failed program that gives the reason. */
function complaintOf(text: string): string | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /error|cannot|fail/i.test(line)) ?? lines.at(-1) ?? null
}
