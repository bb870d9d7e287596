import { spawnSync } from 'node:child_process'
import type { Chain } from '../../test/security/x509/generated-chains.ts'
import type { ChainCase } from './limbo.ts'

/** The verdict of Go or of onpath: the kind of the error, empty for an accepted chain, and its words. */
export interface Verdict {
  readonly id: string
  readonly kind: string
  readonly message: string
}

/**
 * Returns the verdicts of the crypto/x509 of this machine's Go on chains: of certificates, or of values from which Go makes
 * them.
 */
export function judgeByGo(cases: readonly (ChainCase | Chain)[]): { verdicts: readonly Verdict[]; version: string } {
  const mode = cases.some(({ leaf }) => typeof leaf !== 'string') ? ['generated'] : []
  const input = cases.map((each) => `${JSON.stringify(each)}\n`).join('')
  const cwd = 'bench/certificates/go'
  const { status, stdout, stderr } = spawnSync('go', ['run', '.', ...mode], {
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

/** Go has one error for both ends of a validity, and errors without a type. */
export function kindOf({ kind, message }: Verdict): string {
  if (kind === 'expired' && / is before /.test(message)) return 'not-yet-valid'
  if (kind === 'other' && message.startsWith('x509: signature check attempts')) return 'too-many-checks'
  if (kind === 'other' && message.startsWith('x509: cannot parse')) return 'malformed-name'
  return kind
}
