import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeWhole } from '../write-whole.ts'
import { comparisonCsv, comparisonMarkdown, comparisonTable, type Measured } from './comparison.ts'
import { OURS, PEERS } from './peers.ts'
import { type Contestant, type Work, worksOf } from './works.ts'

const CSV = 'results/bench/peers.csv'
const PAGE = 'docs/performance.md'
const BEGIN = '<!-- written by npm run bench:peers -- --write -->\n'
const END = '<!-- end -->\n'

const HELP = `Does the same work in onpath and in its peers, one after the other, round after round.

  npm run bench:peers -- [works...] [options]

  works           names, or the first words of names: bulk, hold, hold/100 (default: all)
  --rounds N      default: 5
  --bytes N       the size of the bulk transfer (default: 2000000000)
  --write         replace ${CSV} and the table in ${PAGE}`

/** A peer at one work. */
interface Entry {
  readonly work: Work
  readonly contestant: Contestant
  readonly measure: () => number
  readonly rounds: number[]
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      bytes: { type: 'string', default: '2000000000' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const [rounds, bytes] = [Number(values.rounds), Number(values.bytes)]
  const all = worksOf(bytes)
  const works = all.filter(({ name }) => positionals.length === 0 || positionals.some((word) => isNamed(name, word)))
  const isWrong =
    works.length === 0 || !(Number.isInteger(rounds) && rounds > 0) || !(Number.isInteger(bytes) && bytes > 0)
  if (values.help || isWrong) {
    console[isWrong ? 'error' : 'log'](`${HELP}\n\nThe works are ${all.map(({ name }) => name).join(', ')}.`)
    process.exitCode = isWrong ? 2 : 0
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'onpath-peers-'))
  try {
    const measured = compare(works, rounds, folder)
    console.log(`\n${comparisonTable(measured)}`)
    if (values.write) write(measured)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function isNamed(name: string, word: string): boolean {
  return name === word || name.startsWith(`${word}/`)
}

/** Measures all peers at all works: in each round each of them once, so that what disturbs a while disturbs all. */
function compare(works: readonly Work[], rounds: number, folder: string): Measured[] {
  const contestants = findPeers(folder)
  const entries = works.flatMap((work) => contestants.flatMap((contestant) => entryOf(work, contestant)))
  for (let round = 1; round <= rounds; round++)
    for (const { work, contestant, measure, rounds: values } of entries) {
      values.push(measure())
      console.error(
        `round ${round} of ${rounds}: ${work.name}, ${contestant.peer.name}: ${values.at(-1)?.toPrecision(4)}`,
      )
    }
  return entries.map(({ work, contestant, rounds: values }) => {
    const ours = entries.find((entry) => entry.work === work && entry.contestant.peer === OURS)?.rounds ?? values
    const { peer, found } = contestant
    const ratios = values.map((value, round) => ours[round] / value)
    return { work: work.name, unit: work.unit, peer: peer.name, version: found.version, rounds: values, ratios }
  })
}

function entryOf(work: Work, contestant: Contestant): Entry[] {
  const measure = work.measureOf(contestant)
  return measure === null ? [] : [{ work, contestant, measure, rounds: [] }]
}

/** Returns the peers on this machine, and says how to get the others. */
function findPeers(folder: string): Contestant[] {
  return PEERS.flatMap((peer) => {
    const found = peer.find(folder)
    if ('version' in found) return [{ peer, found }]
    console.error(`missing: ${peer.name}. Get it with: ${found.get}`)
    return []
  })
}

function write(measured: readonly Measured[]): void {
  mkdirSync('results/bench', { recursive: true })
  writeWhole(CSV, comparisonCsv(measured))
  const page = readFileSync(PAGE, 'utf8')
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (before === -1 || after === -1) throw new Error(`${PAGE} has no place for the table: ${BEGIN}`)
  writeWhole(PAGE, `${page.slice(0, before + BEGIN.length)}${comparisonMarkdown(measured)}${page.slice(after)}`)
  console.log(`written: ${CSV}, ${PAGE}`)
}

main()
