import { stringify } from 'csv-stringify/sync'
import { CHAINS, chainOf } from '../../test/security/x509/generated-chains.ts'
import { writeWhole } from '../write-whole.ts'
import { judgeByGo, kindOf, type Verdict } from './go.ts'
import { judge, type Signatures } from './judge.ts'
import { readLimbo } from './limbo.ts'

const CSV = 'results/certificates.csv'

const HELP = `Judges chains of certificates, compares with Go's crypto/x509, and writes ${CSV}.

  npm run certificates -- limbo.json
  npm run certificates -- --generated

  limbo.json   made by \`python3 -m limbo compile\` of C2SP/x509-limbo, Netflix/bettertls' tests included
  --generated  writes Go's verdicts on the chains of generated-chains.ts, which \`npm test\` compares with

Needs go on the PATH. Cases without a time are judged at 2026-12-01.`

/** The judged cases of a suite. */
interface Suite {
  readonly name: string
  readonly signatures: Signatures
  readonly pairs: readonly { readonly ours: Verdict; readonly go: Verdict }[]
}

function main(): void {
  const [file] = process.argv.slice(2)
  if (file === undefined || file === '--help') {
    console.log(HELP)
    process.exitCode = file === undefined ? 2 : 0
    return
  }
  if (file === '--generated') return writeGenerated()
  const cases = readLimbo(file, '2026-12-01T00:00:00Z')
  const { verdicts, version } = judgeByGo(cases)
  const suites = ['x509-limbo', 'bettertls'].flatMap((name) =>
    (['checked', 'key-identifiers'] as const).map((signatures): Suite => {
      const pairs = cases.flatMap((each, at) =>
        each.id.startsWith('bettertls::') === (name === 'bettertls')
          ? [{ ours: judge(each, signatures), go: verdicts[at] }]
          : [],
      )
      return { name, signatures, pairs }
    }),
  )
  writeWhole(CSV, csvOf(suites, version))
  for (const suite of suites) console.log(summaryOf(suite))
}

const GENERATED = 'test/security/x509/generated-chains.json'

/** Writes Go's verdicts as a letter for each chain. */
function writeGenerated(): void {
  const chains = Array.from({ length: CHAINS }, (_, number) => chainOf(number))
  const { verdicts, version } = judgeByGo(chains)
  const kinds = verdicts.map((verdict) => kindOf(verdict) || 'accepted')
  const names = [...new Set(kinds)].sort((a, b) => (a < b ? -1 : 1))
  const letterOf = (kind: string) => String.fromCharCode('a'.charCodeAt(0) + names.indexOf(kind))
  const letters = Object.fromEntries(names.map((name) => [letterOf(name), name]))
  writeWhole(
    GENERATED,
    `${JSON.stringify({ go: version, letters, verdicts: kinds.map(letterOf).join('') }, null, 2)}\n`,
  )
  for (const name of names) console.log(`${name}: ${kinds.filter((kind) => kind === name).length}`)
}

function agrees({ ours, go }: Suite['pairs'][number]): boolean {
  return ours.kind === kindOf(go)
}

/** A row for each suite, then one for each case on which Go has another verdict or reason. */
function csvOf(suites: readonly Suite[], version: string): string {
  const head = [
    'suite',
    'signatures',
    'case',
    'cases',
    'agree_verdict',
    'agree_reason',
    'same_message',
    'onpath',
    version,
  ]
  const figures = suites.map(({ name, signatures, pairs }) => [
    ...[name, signatures, '', pairs.length],
    pairs.filter(({ ours, go }) => (ours.kind === '') === (go.kind === '')).length,
    pairs.filter(agrees).length,
    pairs.filter(({ ours, go }) => ours.message === go.message).length,
    ...[pairs.filter(({ ours }) => ours.kind === '').length, pairs.filter(({ go }) => go.kind === '').length].map(
      (accepted) => `accepts ${accepted}`,
    ),
  ])
  const exceptions = suites.flatMap(({ name, signatures, pairs }) =>
    pairs
      .filter((pair) => !agrees(pair))
      .map(({ ours, go }) => [
        name,
        signatures,
        ours.id,
        '',
        '',
        '',
        '',
        ours.message || 'accepted',
        go.message || 'accepted',
      ]),
  )
  return stringify([head, ...figures, ...exceptions])
}

function summaryOf({ name, signatures, pairs }: Suite): string {
  const same = pairs.filter(agrees).length
  return `${name}, signatures ${signatures}: ${same} of ${pairs.length} agree in verdict and reason`
}

main()
