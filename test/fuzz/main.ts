import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { fuzz, GENERATORS, type GeneratorName } from './fuzz.ts'

/**
 * `npm run fuzz`: tries generated scenarios until the time is over or one breaks a promise. What it finds is written to
 * the corpus, small, and from then on every `npm test` tries it.
 */
const names = Object.keys(GENERATORS) as GeneratorName[]
const { seed, time, runs, only } = new Command('fuzz')
  .description('Try generated scenarios, valid and hostile, and keep the smallest that breaks a promise')
  .option('--seed <number>', 'the seed of the generators (default: the clock)')
  .option('--time <seconds>', 'the time for each generator', '60')
  .option('--runs <number>', 'the number of texts for each generator, whatever time it takes')
  .addOption(new Option('--only <generator>', 'the only generator').choices(names))
  .parse()
  .opts<{ seed?: string; time: string; runs?: string; only?: string }>()

const CORPUS = join('test', 'fuzz', 'corpus')

for (const generator of names.filter((name) => only === undefined || name === only)) {
  const report = fuzz({
    generator,
    seed: seed === undefined ? Date.now() | 0 : Number(seed),
    runs: runs === undefined ? Number.MAX_SAFE_INTEGER : Number(runs),
    timeMs: runs === undefined ? Number(time) * 1_000 : Number.POSITIVE_INFINITY,
  })
  const counts = Object.entries(report.counts).map(([outcome, count]) => `${count} ${outcome}`)
  console.log(`${generator}: ${report.runs} texts (${counts.join(', ')})`)
  if (report.finding === null) continue
  const { text, message } = report.finding
  mkdirSync(CORPUS, { recursive: true })
  const file = join(CORPUS, `${generator}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}.yaml`)
  writeFileSync(file, text)
  console.log(`${file} breaks a promise (seed ${report.finding.seed}, path ${report.finding.path}):\n${message}`)
  process.exitCode = 1
}
