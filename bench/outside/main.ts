import { existsSync } from 'node:fs'
import { stringify } from 'csv-stringify/sync'
import { writeWhole } from '../write-whole.ts'
import { EXPLAINED } from './explained.ts'
import { fixturesIn } from './fixtures.ts'
import { type Judged, judge } from './judge.ts'

const CSV = 'results/outside.csv'

const HELP = `Imports and checks the fixtures of other projects where they lie, judges each flag that they judge, and writes ${CSV}.

  npm run outside -- FOLDER...

  FOLDER   a checkout of kubescape/regolibrary, bridgecrewio/checkov or kubernetes/kops

Exit: 0 all is alike or explained, 1 a bug, a difference that nobody has explained, or an explanation that is not
needed, 2 usage, or a fixture that cannot be read: nothing is written then.`

/** The result of a comparison with a verdict of another project. */
type Outcome = 'alike' | 'explained' | 'differs'

interface Row {
  readonly project: string
  readonly fixture: string
  readonly what: string
  readonly theirs: string
  readonly ours: string
  readonly outcome: Outcome | 'imported' | 'bug'
  readonly reason: string
}

async function main(): Promise<void> {
  const folders = process.argv.slice(2)
  const missing = folders.filter((folder) => !existsSync(folder))
  if (folders.length === 0 || missing.length > 0 || folders.includes('--help')) {
    for (const folder of missing) if (folder !== '--help') console.error(`${folder}: there is no such folder`)
    console.log(HELP)
    process.exitCode = folders.includes('--help') ? 0 : 2
    return
  }
  const fixtures = fixturesIn(folders)
  if (typeof fixtures === 'string') {
    console.error(`outside: ${fixtures}`)
    process.exitCode = 2
    return
  }
  const judged: Judged[] = []
  for (const fixture of fixtures) judged.push(await judge(fixture))
  const rows = judged.flatMap(rowsOf)
  const columns = ['project', 'fixture', 'what', 'theirs', 'ours', 'outcome', 'reason'] as const
  writeWhole(CSV, stringify([...rows], { header: true, columns: [...columns] }))
  for (const { outcome, fixture, what, theirs, ours, reason } of rows)
    if (outcome === 'bug' || outcome === 'differs')
      console.log(`${outcome}: ${fixture}: ${what}: ${theirs} there, ${ours} here ${reason}`)
  const explained = rows.filter(({ outcome }) => outcome === 'explained').map(keyOf)
  const unneeded = Object.keys(EXPLAINED).filter(
    (key) => fixtures.some(({ name }) => key.startsWith(`${name}:`)) && !explained.includes(key),
  )
  for (const key of unneeded) console.log(`an explanation that is not needed: ${key}`)
  for (const project of new Set(rows.map((row) => row.project))) console.log(summaryOf(project, rows, judged))
  const isBad = rows.some(({ outcome }) => outcome === 'bug' || outcome === 'differs') || unneeded.length > 0
  process.exitCode = isBad ? 1 : 0
}

function rowsOf({ fixture: { project, name, judgement }, bug, isWeak, controlFails }: Judged): readonly Row[] {
  const row = { project, fixture: name, reason: '' }
  if (bug !== null) return [{ ...row, what: 'import', theirs: '', ours: '', outcome: 'bug', reason: bug }]
  if (judgement === null) return [{ ...row, what: 'import', theirs: '', ours: '', outcome: 'imported' }]
  const theirs = judgement.fails ? 'fails' : 'passes'
  const { program, name: flag, about } = judgement.flag
  const ofFlag = compared(
    { ...row, what: `${program} --${flag}${about === undefined ? '' : ` ${about}`}`, theirs },
    isWeak === true ? 'fails' : 'passes',
  )
  if (judgement.control === undefined) return [ofFlag]
  const control = controlFails === null ? 'says nothing' : controlFails ? 'fails' : 'passes'
  return [ofFlag, compared({ ...row, what: `control ${judgement.control}`, theirs }, control)]
}

function compared(row: Omit<Row, 'ours' | 'outcome'>, ours: string): Row {
  if (row.theirs === ours) return { ...row, ours, outcome: 'alike' }
  const reason = EXPLAINED[keyOf(row)]
  return reason === undefined ? { ...row, ours, outcome: 'differs' } : { ...row, ours, outcome: 'explained', reason }
}

function keyOf({ fixture, what }: Pick<Row, 'fixture' | 'what'>): string {
  return `${fixture}: ${what}`
}

function summaryOf(project: string, rows: readonly Row[], judged: readonly Judged[]): string {
  const own = rows.filter((row) => row.project === project)
  const count = (outcome: Row['outcome']) => own.filter((row) => row.outcome === outcome).length
  const times = judged.filter(({ fixture }) => fixture.project === project).map(({ tookMs }) => tookMs)
  const verdicts = `${count('alike')} verdicts alike, ${count('explained')} explained, ${count('differs')} differ`
  const checked = judged.filter(({ fixture, findings }) => fixture.project === project && findings !== null).length
  return `${project}: ${times.length} fixtures, ${checked} checked, ${count('bug')} bugs, ${verdicts}; the longest took ${Math.round(Math.max(...times))} ms`
}

await main()
