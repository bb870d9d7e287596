import { mkdirSync } from 'node:fs'
import { median, medianAbsoluteDeviation } from 'simple-statistics'
import { formatNumber } from '../src/report/format-number.ts'
import { PLAIN_SCREEN } from '../src/report/screen/screen.ts'
import { tableText } from '../src/report/screen/table.ts'
import type { BenchSamples } from '../src/study/compare/bench-csv.ts'
import { bulkTcp, bulkTls } from './bulk.ts'
import { engineHold } from './engine-hold.ts'
import { fork } from './fork.ts'
import { growth } from './growth/growth.ts'
import { measure } from './measure.ts'
import type { Suite } from './suite.ts'
import { timer } from './timer.ts'
import { wholeScenario } from './whole-scenario.ts'
import { writeBenchCsv } from './write-bench-csv.ts'
import { writeWhole } from './write-whole.ts'

const SUITES: readonly Suite[] = [engineHold, timer, bulkTcp, bulkTls, wholeScenario, fork]
const FOLDER = 'results/bench'

const WRITE = '--write'
/** Not among the suites, since it takes minutes and measures memory too. */
const GROWTH = 'growth'

/**
 * Runs the suites whose names begin with one of the arguments, as in `npm run bench -- engine bulk`, or all suites.
 * `growth` measures how costs grow with a cluster (growth.ts). Only with `--write` are the committed figures replaced.
 */
function main(words: readonly string[]): void {
  const prefixes = words.filter((word) => word !== WRITE)
  const isWriting = prefixes.length < words.length
  if (prefixes[0] === GROWTH) return growth(prefixes.slice(1), isWriting)
  const unknown = prefixes.filter((prefix) => !SUITES.some(({ name }) => name.startsWith(prefix)))
  if (unknown.length > 0) {
    console.error(`no suite begins with ${unknown.join(', ')}; there are ${SUITES.map(({ name }) => name).join(', ')}`)
    process.exitCode = 2
    return
  }
  for (const { name, cases } of SUITES) {
    if (prefixes.length > 0 && !prefixes.some((prefix) => name.startsWith(prefix))) continue
    const measured = cases().map(measure)
    console.log(`${table(measured)}\n`)
    if (isWriting) write(`${FOLDER}/${name}.csv`, measured)
  }
}

function write(file: string, measured: readonly BenchSamples[]): void {
  mkdirSync(FOLDER, { recursive: true })
  writeWhole(file, writeBenchCsv(measured))
  console.log(`${file}\n`)
}

function table(measured: readonly BenchSamples[]): string {
  const rows = measured.map(({ name, unit, samples }) => {
    const times = [...samples]
    const spread = `${formatNumber(median(times))} ±${formatNumber(medianAbsoluteDeviation(times))}`
    return [name, unit, spread, `${times.length}`]
  })
  const head = ['benchmark', 'unit', 'median', 'samples']
  return tableText({ head, rows, wordColumns: 2, keyColumns: 2 }, PLAIN_SCREEN)
}

main(process.argv.slice(2))
