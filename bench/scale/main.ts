import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { median } from 'simple-statistics'
import { type Measurement, measurements } from './measurements.ts'
import { readScaleCsv, type ScaleRow, scaleCsv } from './scale-csv.ts'
import { scaleMarkdown } from './scale-markdown.ts'
import { ServedQueue } from './served-queue.ts'

const CSV = 'results/bench/scale.csv'
const PAGE = 'docs/scale.md'
const BEGIN = '<!-- written by npm run bench:scale -- --write -->\n'
const END = '<!-- end -->\n'

const HELP = `Measures sweeps by number of workers, what a shard costs, and what a queue costs (with valkey-server).

  npm run bench:scale -- [options]

  --rounds N      default: 3; the median counts
  --points N      the points of each sweep of short runs (default: 400)
  --write         replace ${CSV} and the tables in ${PAGE}
  --page          replace the tables in ${PAGE} by those of ${CSV}, and measure nothing`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      points: { type: 'string', default: '400' },
      write: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(HELP)
  if (values.page) return writePage(readScaleCsv(readFileSync(CSV, 'utf8')))
  const folder = mkdtempSync(join(tmpdir(), 'onpath-bench-'))
  const queue = await ServedQueue.start(folder)
  if (queue === null) console.error('missing: valkey-server. Get it with: apt-get install valkey-server')
  try {
    const all = measurements({ points: Number(values.points), cores: availableParallelism(), folder, queue })
    const rows = await measureAll(all, Number(values.rounds))
    console.log(scaleCsv(rows))
    if (values.write) {
      writeFileSync(CSV, scaleCsv(rows))
      writePage(rows)
    }
  } finally {
    queue?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Measures in rounds, each of which has everything once, so that what disturbs a while disturbs all. */
async function measureAll(all: readonly Measurement[], rounds: number): Promise<ScaleRow[]> {
  const seconds = all.map((): number[] => [])
  for (let round = 1; round <= rounds; round += 1)
    for (const [i, { row, measure }] of all.entries()) {
      seconds[i].push(await measure())
      console.error(
        `round ${round} of ${rounds}: ${row.engine}, ${row.scenario}, ${row.workers}: ${seconds[i].at(-1)?.toFixed(2)} s`,
      )
    }
  return all.map(({ row }, i) => ({ ...row, seconds: Number(median(seconds[i]).toFixed(3)) }))
}

function writePage(rows: readonly ScaleRow[]): void {
  const page = readFileSync(PAGE, 'utf8')
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (before === -1 || after === -1) throw new Error(`${PAGE} has no place for the tables: ${BEGIN}`)
  writeFileSync(PAGE, `${page.slice(0, before + BEGIN.length)}${scaleMarkdown(rows)}${page.slice(after)}`)
  console.log(`written: ${PAGE}`)
}

await main()
