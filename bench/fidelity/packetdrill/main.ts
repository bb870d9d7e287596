import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import { judgeScript, type Verdict } from './judge-script.ts'

const USAGE = `usage: npm run packetdrill -- FOLDER...

Plays the scripts of packetdrill in folders against onpath's TCP, and writes results/packetdrill.csv.
A script that lies in two folders counts once, in the first.

  --only TEXT   plays the scripts whose path contains TEXT, prints why each fails, and writes nothing`

const RESULTS = 'results/packetdrill.csv'

function main(words: readonly string[]): number {
  const only = words.includes('--only') ? words[words.indexOf('--only') + 1] : null
  const folders = words.filter((word, nth) => word !== '--only' && words[nth - 1] !== '--only')
  if (folders.length === 0 || words.includes('--help')) {
    console.log(USAGE)
    return words.includes('--help') ? 0 : 2
  }
  const verdicts = new Map<string, Verdict>()
  for (const folder of folders) {
    for (const path of scriptsIn(folder)) {
      const name = nameOf(relative(folder, path))
      if (verdicts.has(name) || (only !== null && !path.includes(only))) continue
      const readFile = (other: string) => readIfThere(join(dirname(path), other))
      verdicts.set(name, judgeScript(name, readFileSync(path, 'utf8'), readFile))
    }
  }
  const all = [...verdicts].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [name, verdict] of all) if (verdict.outcome !== 'passed') console.log(`${name}: ${textOf(verdict)}`)
  console.log(summaryOf(all.map(([, verdict]) => verdict)))
  if (only === null) writeFileSync(RESULTS, csvOf(all))
  return all.some(([, { outcome }]) => outcome === 'failed') ? 1 : 0
}

function scriptsIn(folder: string): string[] {
  const names = readdirSync(folder, { withFileTypes: true }).map(({ name }) => join(folder, name))
  return names
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((path) => (statSync(path).isDirectory() ? scriptsIn(path) : path.endsWith('.pkt') ? [path] : []))
}

/** Returns the name under which the kernel keeps a script: that of its folders and itself, without `tcp`. */
function nameOf(path: string): string {
  return path
    .replaceAll('/', '_')
    .replace(/^tcp_/, '')
    .replace(/\.pkt$/, '')
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function textOf({ outcome, line, reason }: Verdict): string {
  return line === null ? `${outcome}, ${reason}` : `${outcome} at line ${line}, ${reason}`
}

function summaryOf(verdicts: readonly Verdict[]): string {
  const count = (outcome: Verdict['outcome']) => verdicts.filter((verdict) => verdict.outcome === outcome).length
  const inScope = count('passed') + count('failed')
  return `${count('passed')} of ${inScope} scripts in scope passed; ${count('out of scope')} are out of scope, ${count('written for another kernel')} were written for another kernel`
}

function csvOf(verdicts: readonly (readonly [string, Verdict])[]): string {
  const rows = verdicts.map(([name, { outcome, line, reason }]) => [name, outcome, line ?? '', reason])
  return stringify([['script', 'outcome', 'line', 'reason'], ...rows])
}

process.exitCode = main(process.argv.slice(2))
