import { spawnSync } from 'node:child_process'
import type { ChainCase } from './limbo.ts'

/** The verdict of Go or of onpath: the kind of the error, empty for an accepted chain, and its words. */
export interface Verdict {
  readonly id: string
  readonly kind: string
  readonly message: string
}

/** Returns the verdicts of the crypto/x509 of this machine's Go. */
export function judgeByGo(cases: readonly ChainCase[]): { verdicts: readonly Verdict[]; version: string } {
  const input = cases.map((each) => `${JSON.stringify(each)}\n`).join('')
  const cwd = 'bench/certificates/go'
  const { status, stdout, stderr } = spawnSync('go', ['run', '.'], {
    cwd,
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    stdio: 'pipe',
  })
  if (status !== 0) throw new Error(`go run . in ${cwd} failed: ${stderr}`)
  const version = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout.trim()
  const lines = stdout.trim().split('\n')
  return { verdicts: lines.map((line) => JSON.parse(line) as Verdict), version }
}
